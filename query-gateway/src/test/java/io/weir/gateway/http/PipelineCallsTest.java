package io.weir.gateway.http;

import static io.weir.gateway.http.HttpTester.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.prometheus.TestingPrometheus;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.AlertStateJson;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.RecordOrigin;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls over the pipeline over real HTTP, with topics in memory. */
class PipelineCallsTest {
  static final String SILENCE =
      "{\"matchers\":[{\"name\":\"service\",\"value\":\"payments\"}],"
          + "\"ends_at\":\"2026-03-29T12:00:00Z\",\"created_by\":\"me\",\"comment\":\"deploy\"}";

  private final TestingPrometheus upstream = new TestingPrometheus();
  private final TestingGateway gateway =
      new TestingGateway(
          "flink.url", upstream.uri().toString(), "alertmanager.url", upstream.uri().toString());
  private final HttpTester http = new HttpTester(gateway);

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
  }

  static byte[] transition(String alert, AlertStatus from, AlertStatus to, long atMillis) {
    return AlertStateJson.encode(
        new AlertTransition(
            from,
            AlertTransition.Reason.CONDITION,
            new AlertState(
                alert,
                3,
                Map.of("service", "payments"),
                to,
                0.5,
                atMillis,
                null,
                null,
                atMillis,
                Severity.CRITICAL,
                Map.of("alertname", alert),
                Map.of())));
  }

  static byte[] letter(String reason, byte[] payload) {
    return DeadLetterJson.encode(
        new DeadLetter(
            new RecordOrigin("logs", "it000", 2, 7, 1_774_778_400_000L),
            DeadLetter.Stage.PARSE,
            DeadLetter.Store.ALL,
            reason,
            "service: is missing",
            DeadLetter.PayloadKind.RECORD,
            payload));
  }

  @Test
  void listsTransitionsNewestFirst() {
    String topic = "alert-history";
    gateway.newest.append(topic, transition("a", AlertStatus.PENDING, AlertStatus.FIRING, 2_000));
    gateway.newest.append(topic, transition("a", AlertStatus.INACTIVE, AlertStatus.PENDING, 1_000));
    gateway.newest.append(topic, transition("b", AlertStatus.FIRING, AlertStatus.RESOLVED, 3_000));
    gateway.newest.append(topic, "no transition".getBytes(UTF_8));
    gateway.newest.append(topic, null);
    JsonNode all = http.ok("alerts/history");
    assertThat(all.path("transitions").findValuesAsText("alert_id"))
        .isEqualTo(List.of("b", "a", "a"));
    JsonNode newest = all.path("transitions").get(0);
    assertThat(newest.path("from").asText()).isEqualTo("firing");
    assertThat(newest.path("state").asText()).isEqualTo("resolved");
    assertThat(newest.path("reason").asText()).isEqualTo("condition");
    assertThat(all.path("complete").asBoolean()).isTrue();
    JsonNode one = http.ok("alerts/history?id=a&limit=1");
    assertThat(one.path("transitions").findValuesAsText("state")).containsExactly("firing");
    assertThat(one.path("complete").asBoolean()).isFalse();
  }

  @Test
  void countsDeadLettersByReasonAndShowsSamples() {
    byte[] large = "x".repeat(10_000).getBytes(UTF_8);
    gateway.newest.append("logs-dead-letters", letter("not_json", large));
    gateway.newest.append("logs-dead-letters", letter("missing_service", "{}".getBytes(UTF_8)));
    gateway.newest.append("logs-dead-letters", letter("not_json", new byte[] {(byte) 0xff}));
    gateway.newest.append("logs-dead-letters", "what?".getBytes(UTF_8));
    JsonNode sample = http.ok("pipeline/dead-letters?limit=2");
    assertThat(sample.path("retained").asInt()).isEqualTo(4);
    assertThat(sample.path("unreadable").asInt()).isEqualTo(1);
    assertThat(sample.path("reasons").findValuesAsText("reason"))
        .containsExactly("missing_service", "not_json");
    assertThat(sample.path("reasons").get(1).path("count").asInt()).isEqualTo(2);
    assertThat(sample.path("letters")).hasSize(2);
    assertThat(sample.path("letters").get(0).path("payload").asText()).isEqualTo("\ufffd");
    JsonNode all = http.ok("pipeline/dead-letters?of=logs");
    JsonNode oldest = all.path("letters").get(2);
    assertThat(oldest.path("payload").asText()).hasSize(4_096);
    assertThat(oldest.path("payload_bytes").asInt()).isEqualTo(10_000);
    assertThat(http.ok("pipeline/dead-letters?of=metrics").path("letters")).isEmpty();
    assertThat(http.get("pipeline/dead-letters?of=all").statusCode()).isEqualTo(400);
  }

  @Test
  void findsDeadLettersByReasonOriginAndTimeAndShowsThemWhole() {
    String topic = "logs-dead-letters";
    gateway.newest.append(topic, letter("not_json", "x".repeat(10_000).getBytes(UTF_8)));
    gateway.newest.append(topic, letter("missing_service", "{}".getBytes(UTF_8)));
    gateway.newest.append(topic, letter("not_json", new byte[] {(byte) 0xff, 'a'}));
    String letters = "pipeline/dead-letters?";

    JsonNode byReason = http.ok(letters + "reason=not_json&payload=whole");
    assertThat(byReason.path("matching").asInt()).isEqualTo(2);
    assertThat(byReason.path("reasons").findValuesAsText("reason"))
        .as("what else there is")
        .containsExactly("missing_service", "not_json");
    JsonNode newest = byReason.path("letters").get(0);
    assertThat(newest.path("payload_base64").asText()).isEqualTo("/2E=");
    JsonNode text = byReason.path("letters").get(1);
    assertThat(text.path("payload").asText()).hasSize(10_000);
    assertThat(text.has("payload_base64")).isFalse();

    String second = newest.path("written_at").asText();
    JsonNode before = http.ok(letters + "to=" + second);
    assertThat(before.path("letters").findValuesAsText("reason"))
        .containsExactly("missing_service", "not_json");
    assertThat(http.ok(letters + "from=" + second).path("letters")).hasSize(1);
    assertThat(http.ok(letters + "topic=logs&partition=2&offset=7&store=all").path("matching"))
        .hasToString("3");
    assertThat(http.ok(letters + "offset=8").path("letters")).isEmpty();
    assertThat(http.ok(letters + "store=archive").path("letters")).isEmpty();
    assertThat(http.ok(letters + "topic=other").path("letters")).isEmpty();
    assertThat(http.get(letters + "from=soon").statusCode()).isEqualTo(400);
    assertThat(http.get(letters + "payload=whole&limit=11").statusCode()).isEqualTo(400);
    assertThat(http.get(letters + "store=nowhere").statusCode()).isEqualTo(400);
  }

  @Test
  void goesOnToOlderDeadLettersAndSaysWhatWasNotLookedAt() {
    String topic = "logs-dead-letters";
    for (int i = 0; i < 5; i++) {
      gateway.newest.append(topic, letter("not_json", new byte[i]));
    }
    gateway.newest.append(topic, letter("duplicate", new byte[0]));
    String letters = "pipeline/dead-letters?limit=2";
    JsonNode first = http.ok(letters);
    assertThat(first.path("letters").findValuesAsText("payload_bytes")).containsExactly("4", "3");
    assertThat(first.path("complete").asBoolean()).isTrue();
    assertThat(first.path("looked_back_to").isNull()).isTrue();
    assertThat(first.path("reasons").findValuesAsText("reason"))
        .containsExactly("duplicate", "not_json");
    String cursor = "&cursor=" + first.path("next_cursor").asText();
    JsonNode second = http.ok(letters + cursor);
    assertThat(second.path("letters").findValuesAsText("payload_bytes")).containsExactly("2", "1");
    JsonNode last = http.ok(letters + "&cursor=" + second.path("next_cursor").asText());
    assertThat(last.path("letters").findValuesAsText("payload_bytes")).containsExactly("0");
    assertThat(last.path("next_cursor").isNull()).isTrue();

    assertThat(http.ok(letters + "&duplicates=true").path("letters").findValuesAsText("reason"))
        .containsExactly("duplicate", "not_json");
    assertThat(http.ok(letters + "&reason=duplicate").path("letters")).hasSize(1);
    HttpResponse<String> foreign = http.get(letters + "&reason=not_json" + cursor);
    assertThat(foreign.statusCode()).isEqualTo(400);
    assertThat(json(foreign).path("errors").findValuesAsText("field")).containsExactly("cursor");
    assertThat(http.get(letters + "&cursor=x").statusCode()).isEqualTo(400);
    assertThat(http.get(letters + "&duplicates=some").statusCode()).isEqualTo(400);

    gateway.newest.mostLooked(3);
    JsonNode part = http.ok(letters);
    assertThat(part.path("complete").asBoolean()).isFalse();
    assertThat(part.path("looked_back_to").asText()).isEqualTo("2026-03-29T10:00:03Z");
    assertThat(part.path("looked_at").asInt()).isEqualTo(3);
  }

  @Test
  void listsJobsThoseThatRunFirst() {
    upstream.answer(
        200,
        "{\"jobs\":[{\"jid\":\"x\",\"name\":\"old\",\"state\":\"FAILED\",\"start-time\":2,"
            + "\"end-time\":3,\"duration\":1,\"tasks\":{\"total\":2,\"running\":0}},"
            + "{\"jid\":\"y\",\"name\":\"now\",\"state\":\"RUNNING\",\"start-time\":1,"
            + "\"end-time\":-1,\"duration\":5,\"tasks\":{\"total\":4,\"running\":3}}]}");
    JsonNode jobs = http.ok("pipeline/jobs");
    assertThat(jobs.path("total").asInt()).isEqualTo(2);
    assertThat(jobs.path("jobs").findValuesAsText("name")).containsExactly("now", "old");
    assertThat(jobs.path("jobs").get(0).path("tasks_running").asInt()).isEqualTo(3);
    assertThat(jobs.path("jobs").get(1).path("checkpoints").isNull()).isTrue();
    upstream.answer(500, "{\"errors\":[\"no leader\"]}");
    HttpResponse<String> away = http.get("pipeline/jobs");
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(json(away).path("detail").asText())
        .containsPattern("Flink at \\S+ answered with status 500");
  }

  @Test
  void listsTheJobsOfAllClustersAndNamesThoseThatDoNotAnswer() {
    String job =
        "{\"jobs\":[{\"jid\":\"x\",\"name\":\"%s\",\"state\":\"FAILED\",\"start-time\":%d,"
            + "\"end-time\":9,\"duration\":1,\"tasks\":{\"total\":2,\"running\":0}}]}";
    try (TestingPrometheus second = new TestingPrometheus();
        TestingPrometheus third = new TestingPrometheus();
        TestingGateway three =
            new TestingGateway(
                "flink.url", upstream.uri() + "," + second.uri() + "," + third.uri())) {
      upstream.answer(200, job.formatted("older", 1));
      second.answer(500, "{\"errors\":[\"no leader\"]}");
      third.answer(200, job.formatted("younger", 2));
      JsonNode jobs = new HttpTester(three).ok("pipeline/jobs");
      assertThat(jobs.path("jobs").findValuesAsText("name")).containsExactly("younger", "older");
      assertThat(jobs.path("unreachable")).hasSize(1);
      assertThat(jobs.path("unreachable").get(0).asText())
          .contains(second.uri().toString(), "status 500");
    }
  }

  @Test
  void passesSilencesOnToAlertmanager() {
    upstream.answer(200, "{\"silenceID\":\"s-1\"}");
    HttpResponse<String> created = http.post("silences", SILENCE);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(json(created).path("silence_id").asText()).isEqualTo("s-1");
    assertThat(upstream.last().path()).isEqualTo("/prom/api/v2/silences");
    upstream.answer(
        200,
        "[{\"id\":\"1\",\"status\":{\"state\":\"expired\"},\"matchers\":[],\"startsAt\":\"a\","
            + "\"endsAt\":\"b\",\"createdBy\":\"c\",\"comment\":\"d\"},"
            + "{\"id\":\"2\",\"status\":{\"state\":\"active\"},\"matchers\":[{\"name\":\"n\","
            + "\"value\":\"v\",\"isRegex\":true}],\"startsAt\":\"a\",\"endsAt\":\"b\","
            + "\"createdBy\":\"c\",\"comment\":\"d\"}]");
    JsonNode silences = http.ok("silences").path("silences");
    assertThat(silences.findValuesAsText("id")).containsExactly("2", "1");
    JsonNode matcher = silences.get(0).path("matchers").get(0);
    assertThat(matcher.path("regex").asBoolean()).isTrue();
    assertThat(matcher.path("equal").asBoolean()).isTrue();
    upstream.answer(400, "\"bad matcher\"");
    assertThat(json(http.post("silences", SILENCE)).path("detail").asText())
        .contains("bad matcher");
    String id = "11111111-2222-3333-4444-555555555555";
    upstream.answer(200, "");
    assertThat(http.send("DELETE", "silences/" + id, "", null).statusCode()).isEqualTo(204);
    upstream.answer(404, "\"not found\"");
    assertThat(http.send("DELETE", "silences/" + id, "", null).statusCode()).isEqualTo(404);
    assertThat(http.send("DELETE", "silences/other", "", null).statusCode()).isEqualTo(404);
  }

  @Test
  void namesEachFieldOfASilenceThatIsWrong() {
    assertThat(fields("{\"matchers\":[],\"ends_at\":\"soon\",\"until\":1}"))
        .containsExactlyInAnyOrder("until", "matchers", "ends_at", "created_by", "comment");
    assertThat(fields(SILENCE.replace("2026-03-29T12", "2026-03-29T09")))
        .containsExactly("ends_at");
    assertThat(fields(SILENCE.replace("\"service\"", "\"a-b\"")))
        .containsExactly("matchers[0].name");
    assertThat(fields(SILENCE.replace("\"payments\"", "\"(\",\"regex\":true")))
        .contains("matchers[0].value");
    // Alertmanager would take it for every alert there is.
    assertThat(fields(SILENCE.replace("\"payments\"", "\".*\",\"regex\":true")))
        .containsExactly("matchers");
    assertThat(fields("no")).containsExactly("body");
    assertThat(upstream.heard()).isEmpty();
  }

  private List<String> fields(String body) {
    HttpResponse<String> refused = http.post("silences", body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    return json(refused).path("errors").findValuesAsText("field");
  }
}
