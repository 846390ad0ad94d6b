package io.weir.gateway.http;

import static io.weir.gateway.http.HttpTester.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.alerts.TestingAlertStates;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules role over real HTTP, with documents in memory. */
class RulesRoleTest {
  private static final String BRIEF =
      "{\"metric\":\"http_error_rate\",\"condition\":\">\",\"threshold\":\"1%\","
          + "\"duration_s\":150,\"notification_channel\":\"ops\"}";

  private final TestingGateway gateway = new TestingGateway();
  private final HttpTester http = new HttpTester(gateway);

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void createsTheRuleOfTheBrief() {
    HttpResponse<String> created = http.post("alerts", BRIEF);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String id = json(created).path("alert_id").asText();
    assertThat(created.headers().firstValue("Location")).contains("/alerts/" + id);
    HttpResponse<String> shown = http.get("alerts/" + id);
    assertThat(shown.headers().firstValue("ETag"))
        .isPresent()
        .isEqualTo(created.headers().firstValue("ETag"));
    JsonNode rule = json(shown);
    assertThat(rule.path("threshold").asDouble()).isEqualTo(0.01);
    assertThat(rule.path("evaluate_every_s").asInt()).isEqualTo(30);
    assertThat(rule.path("id").asText()).isEqualTo(id);
    assertThat(http.ok("alerts").path("alerts")).hasSize(1).containsExactly(rule);
  }

  @Test
  void namesEachFieldThatIsWrong() {
    HttpResponse<String> refused =
        http.post("alerts", "{\"metric\":\"m\",\"condition\":\"~\",\"thresold\":1}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).path("errors").findValuesAsText("field"))
        .contains("condition", "threshold", "duration_s", "notification_channel", "thresold");
    assertThat(json(http.post("alerts", "no")).path("errors").findValuesAsText("field"))
        .containsExactly("body");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, alerts",
    "GET, alerts",
    "GET, alerts/x",
    "PUT, alerts/x",
    "DELETE, alerts/x",
    "GET, alerts/x/state",
    "GET, alerts/active",
    "POST, alerts/test",
    "POST, dashboards",
    "GET, dashboards",
    "GET, dashboards/x",
    "PUT, dashboards/x",
    "DELETE, dashboards/x",
  })
  void namesEachParameterThatNoCallHas(String method, String path) {
    HttpResponse<String> refused = http.send(method, path + "?dry_run=1&fro=x", BRIEF, null);

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(json(refused).path("errors").findValuesAsText("field"))
        .containsExactly("dry_run", "fro");
    assertThat(http.ok("alerts").path("alerts")).isEmpty();
  }

  @Test
  void refusesAChannelThatIsNotInTheFile(@TempDir Path folder) throws IOException {
    Path channels = folder.resolve("channels.yaml");
    Files.writeString(channels, "channels: {ops: {type: webhook, url: \"http://127.0.0.1:1/\"}}");
    try (TestingGateway strict = new TestingGateway("alerts.channels-file", channels.toString())) {
      HttpTester tester = new HttpTester(strict);
      assertThat(tester.post("alerts", BRIEF).statusCode()).isEqualTo(201);
      HttpResponse<String> refused = tester.post("alerts", BRIEF.replace("ops", "nobody"));
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(json(refused).path("errors").get(0).path("field").asText())
          .isEqualTo("notification_channel");
      Files.writeString(channels, "broken");
      HttpResponse<String> unknown = tester.post("alerts", BRIEF);
      assertThat(unknown.statusCode()).isEqualTo(503);
      assertThat(unknown.headers().firstValue("Retry-After")).contains("2");
    }
  }

  @Test
  void refusesAQueryThatLogsCannotBeAsked() {
    HttpResponse<String> refused =
        http.post(
            "alerts",
            "{\"kind\":\"log_match\",\"query\":\"status:>=500\",\"threshold\":1,"
                + "\"group_by\":[\"__\"],\"notification_channel\":\"ops\"}");

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(json(refused).path("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder("query", "group_by[0]");
    assertThat(http.ok("alerts").path("alerts")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"active", "history", "test"})
  void refusesAnIdThatAPathHasTaken(String id) {
    HttpResponse<String> refused =
        http.post("alerts", BRIEF.replaceFirst("\\{", "{\"id\":\"" + id + "\","));

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(json(refused).path("errors").findValuesAsText("field")).containsExactly("id");
  }

  @Test
  void editsWhatWasShownAndOnlyThat() {
    String id = json(http.post("alerts", BRIEF)).path("alert_id").asText();
    String shown = http.get("alerts/" + id).body();
    String edited = shown.replace("0.01", "0.05");
    // The version inside is as good as the header.
    assertThat(http.send("PUT", "alerts/" + id, edited, null).statusCode()).isEqualTo(200);
    HttpResponse<String> again = http.send("PUT", "alerts/" + id, edited, null);
    assertThat(again.statusCode()).isEqualTo(412);
    assertThat(json(again).path("type").asText()).isEqualTo("urn:weir:problem:changed-meanwhile");
    assertThat(http.send("PUT", "alerts/" + id, BRIEF, null).statusCode()).isEqualTo(428);
    assertThat(http.send("PUT", "alerts/" + id, BRIEF, "*").statusCode()).isEqualTo(200);
    assertThat(http.send("DELETE", "alerts/" + id, "", "\"1\"").statusCode()).isEqualTo(412);
    assertThat(http.send("DELETE", "alerts/" + id, "", null).statusCode()).isEqualTo(204);
    assertThat(http.get("alerts/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void takesOnlyWhatSaysThatItIsJson() {
    // What a form of another site can send without asking.
    HttpResponse<String> refused =
        http.send("POST", "alerts", BRIEF.getBytes(UTF_8), "Content-Type", "text/plain");
    assertThat(refused.statusCode()).isEqualTo(415);
    assertThat(http.ok("alerts").path("alerts")).isEmpty();
  }

  @Test
  void keepsDashboards() {
    HttpResponse<String> created =
        http.post(
            "dashboards",
            "{\"title\":\"Payments\",\"panels\":[{\"title\":\"errors\",\"kind\":\"metric\","
                + "\"metric\":\"http_errors_total\",\"tags\":{\"service\":\"payments\"}}]}");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String id = json(created).path("dashboard_id").asText();
    assertThat(http.ok("dashboards/" + id).path("panels").get(0).path("metric").asText())
        .isEqualTo("http_errors_total");
    HttpResponse<String> refused =
        http.post("dashboards", "{\"title\":\"x\",\"panels\":[{\"kind\":\"pie\"}]}");
    assertThat(json(refused).path("errors").findValuesAsText("field"))
        .contains("panels[0].kind", "panels[0].title");
  }

  @Test
  void showsTheStateOfARuleAndWhatIsActiveTheWorstFirst() {
    gateway.states.add("calm", "a", AlertStatus.INACTIVE, Severity.CRITICAL);
    gateway.states.add("done", "a", AlertStatus.RESOLVED, Severity.CRITICAL);
    gateway.states.add("soon", "a", AlertStatus.PENDING, Severity.CRITICAL);
    gateway.states.add("warn", "a", AlertStatus.FIRING, Severity.WARNING);
    gateway.states.add("page", "a", AlertStatus.FIRING, Severity.CRITICAL);
    gateway.states.add(leftBehind("gone"), TestingAlertStates.WRITTEN - 3_600_000);
    assertThat(http.ok("alerts/active").path("alerts").findValuesAsText("alert_id"))
        .isEqualTo(List.of("page", "warn", "soon"));
    assertThat(http.ok("alerts/active?state=pending").path("alerts").findValuesAsText("alert_id"))
        .containsExactly("soon");
    JsonNode one = http.ok("alerts/active?limit=1");
    assertThat(one.path("alerts")).hasSize(1);
    assertThat(one.path("total").asInt()).isEqualTo(3);
    JsonNode state = http.ok("alerts/calm/state").path("states").get(0);
    assertThat(state.path("state").asText()).isEqualTo("inactive");
    assertThat(state.path("value").isNull()).isTrue();
    assertThat(state.path("group").path("service").asText()).isEqualTo("a");
    String quiet = json(http.post("alerts", BRIEF)).path("alert_id").asText();
    assertThat(http.ok("alerts/" + quiet + "/state").path("states")).isEmpty();
    assertThat(http.get("alerts/never/state").statusCode()).isEqualTo(404);
  }

  /** Returns a firing alert that the job has not evaluated for long. */
  private static AlertState leftBehind(String id) {
    return new AlertState(
        id,
        7,
        Map.of(),
        AlertStatus.FIRING,
        0.5,
        0,
        0L,
        null,
        0,
        Severity.CRITICAL,
        Map.of("alertname", id),
        Map.of());
  }

  @Test
  void triesARuleOutWithoutKeepingIt() {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      values
          .append(i == 0 ? "" : ",")
          .append("[")
          .append(1_774_778_430L + 30 * i)
          .append(",\"0.02\"]");
    }
    gateway.prometheus.answerMatrix("{\"metric\":{},\"values\":[" + values + "]}");
    HttpResponse<String> response =
        http.post("alerts/test?from=2026-03-29T10:00Z&to=2026-03-29T10:10Z", BRIEF);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode outcome = json(response);
    assertThat(outcome.path("would_fire").asBoolean()).isTrue();
    assertThat(outcome.path("required_evaluations").asInt()).isEqualTo(5);
    JsonNode firing = outcome.path("groups").get(0).path("firings").get(0);
    assertThat(firing.path("pending_at").asText()).isEqualTo("2026-03-29T10:00:30Z");
    assertThat(firing.path("fired_at").asText()).isEqualTo("2026-03-29T10:02:30Z");
    assertThat(firing.path("resolved_at").asText()).isEqualTo("2026-03-29T10:05:30Z");
    assertThat(http.ok("alerts").path("alerts")).isEmpty();
    HttpResponse<String> logs =
        http.post(
            "alerts/test",
            "{\"kind\":\"log_match\",\"query\":\"a\",\"threshold\":1,"
                + "\"notification_channel\":\"ops\"}");
    assertThat(logs.statusCode()).isEqualTo(422);
    assertThat(json(logs).path("detail").asText()).contains("a rule on logs cannot be tried out");
  }

  @Test
  void startsAlone() {
    try (TestingGateway alone = new TestingGateway("roles", "rules")) {
      HttpTester tester = new HttpTester(alone);
      assertThat(tester.post("alerts", BRIEF).statusCode()).isEqualTo(201);
      assertThat(tester.get("metrics/query?metric=m").body())
          .contains("without the role 'metrics'");
    }
  }

  @Test
  void namesTheMethodsOfAPathWithAnId() {
    HttpResponse<String> response = http.send("PATCH", "alerts/x", "{}", null);
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow").orElse("")).contains("GET", "PUT", "DELETE");
  }
}
