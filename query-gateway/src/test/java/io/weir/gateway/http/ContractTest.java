package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.TestingKeys;
import io.weir.gateway.documents.TestingDocumentStore;
import io.weir.gateway.ingest.PublishException;
import io.weir.gateway.ingest.TestingPublisher;
import io.weir.gateway.ingest.WriteRequests;
import io.weir.gateway.prometheus.TestingPrometheus;
import io.weir.gateway.search.LogHit;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.search.TestingLogStore;
import io.weir.gateway.search.Times;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertStatus;
import io.weir.model.kafka.EventId;
import io.weir.model.log.LogLevel;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/**
 * Walks every operation of the document against a running gateway: each answer has a status and a
 * body that the document describes, and each operation answers well at least once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractTest {
  private static final String EVENT = "{\"service\":\"a\",\"message\":\"m\"}";

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestingGateway gateway = new TestingGateway();
  private final Map<String, Set<Integer>> seen = new HashMap<>();
  private OpenAPIContract contract;
  private ResponseValidator validator;
  private String eventId;

  @BeforeAll
  void prepare() throws Exception {
    LogHit hit =
        gateway.store.add(
            Times.nanos(Instant.parse("2026-03-29T10:00:00Z")), 1, "a", "web", LogLevel.ERROR);
    gateway.store.index("logs-2026-03-29-10", 1);
    eventId = hit.eventId();
    // The validator knows no problem+json; under another name its schema can be checked as well.
    String text =
        Contract.read()
            .json()
            .encode()
            .replace("application/problem+json", "application/json")
            .replace("application/x-www-form-urlencoded", "application/json")
            .replace("application/x-protobuf", "application/octet-stream")
            .replace("text/event-stream", "text/plain")
            .replace("application/yaml", "text/plain");
    contract =
        OpenAPIContract.from(vertx, new JsonObject(text))
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    validator = ResponseValidator.create(vertx, contract);
  }

  @AfterAll
  void close() {
    gateway.close();
    vertx.close();
  }

  @Test
  void everyOperationAnswersAsTheDocumentSays() throws Exception {
    check("health", get("health"));
    check("metrics", get("metrics"));
    check("openapi", get("openapi.yaml"));
    check("ready", get("ready?role=search"));
    gateway.elasticsearch.away(true);
    gateway.clock.advance(Duration.ofSeconds(5));
    check("ready", get("ready?role=search"));
    check("ready", get("ready?role=nobody"));

    check("ingestLogs", post("{\"events\":[" + EVENT + ",{}]}", null));
    check("ingestLogs", post("{\"events\":[{}]}", null));
    check("ingestLogs", post("{\"events\":[]}", null));
    check("ingestLogs", post("{\"events\":[" + EVENT + "]}", "br"));
    check("ingestLogs", post(" ".repeat(9 << 20), null));
    gateway.publisher.fail(new PublishException("away", 1, null));
    check("ingestLogs", post("{\"events\":[" + EVENT + "]}", null));

    String filter = "service=a&level=ERROR&host=web&from=2026-03-29T10:00Z&to=2026-03-29T10:10Z";
    check("searchLogs", get("logs/search?" + filter + "&limit=100&order=asc&tier=hot"));
    check("searchLogs", get("logs/search?limit=5000"));
    check("searchLogs", get("logs/search?tier=cold"));
    check("logHistogram", get("logs/histogram?" + filter + "&interval=1m"));
    check("logHistogram", get("logs/histogram?interval=x"));
    check("logFacets", get("logs/facets?field=service&" + filter));
    check("logFacets", get("logs/facets?field=user_id&size=3&" + filter));
    check("logFacets", get("logs/facets"));
    check("logContext", get("logs/context?id=" + eventId + "&before=1&after=1"));
    check("logContext", get("logs/context?id=1"));
    check("logContext", get("logs/context?id=" + EventId.encode(TestingLogStore.CODE, 9, 9)));
    check("listSegments", get("segments?tier=all&limit=10&from=2026-03-29"));
    check("listSegments", get("segments?limit=0"));
    for (StoreException.Kind kind :
        List.of(StoreException.Kind.UNAVAILABLE, StoreException.Kind.TIMEOUT)) {
      gateway.store.fail(new StoreException(kind, "away", null));
      check("searchLogs", get("logs/search"));
      check("logHistogram", get("logs/histogram"));
      check("logFacets", get("logs/facets?field=service"));
      check("logContext", get("logs/context?id=" + eventId));
      check("listSegments", get("segments"));
    }

    logsAreStreamed();
    metricsAreAnswered();
    otlpIsAnswered();
    prometheusIsPassedThrough();
    alertsAndDashboardsAreKept();
    thePipelineIsShown();
    check("whoAmI", get("whoami"));
    callersAreAsked();

    for (var operation : contract.operations()) {
      String id = operation.getOperationId();
      assertThat(seen).as("operation without a request here").containsKey(id);
      assertThat(seen.get(id)).as(id).anyMatch(status -> status / 100 == 2);
      assertThat(operation.getOpenAPIModel().getString("summary")).as(id).isNotBlank();
    }
    // 429 needs a crowd, GatewayServerTest has one; 408 needs time, ConnectionLimitsTest has it.
    List<String> unseen = new ArrayList<>();
    for (var operation : contract.operations()) {
      for (String status :
          new TreeSet<>(
              operation.getOpenAPIModel().getJsonObject("responses").fieldNames().stream()
                  .filter(name -> name.matches("\\d+"))
                  .toList())) {
        if (!List.of("408", "429").contains(status)
            && !seen.get(operation.getOperationId()).contains(Integer.valueOf(status))) {
          unseen.add(operation.getOperationId() + " " + status);
        }
      }
    }
    assertThat(unseen).isEmpty();
  }

  /** The same refusals from every operation, before anything else is looked at. */
  private void callersAreAsked() throws Exception {
    TestingKeys keys = new TestingKeys(folder);
    String reader = keys.add(Scope.READ);
    String agent = keys.add(Scope.INGEST);
    try (TestingGateway asking =
        new TestingGateway("auth.keys-file", keys.file().path().toString())) {
      AccessTable table = new AccessTable(false);
      for (var operation : contract.operations()) {
        String id = operation.getOperationId();
        Access access = table.of(id);
        if (access.who() == Access.Who.EVERYBODY) {
          assertThat(call(asking, operation, null).statusCode()).as(id).isEqualTo(200);
          continue;
        }
        HttpResponse<String> unknown = call(asking, operation, null);
        assertThat(unknown.statusCode()).as(id).isEqualTo(401);
        assertThat(unknown.headers().firstValue("WWW-Authenticate")).as(id).isPresent();
        check(id, unknown);
        if (access.who() == Access.Who.SCOPE) {
          String other = access.scope().equals(Optional.of(Scope.INGEST)) ? reader : agent;
          HttpResponse<String> refused = call(asking, operation, other);
          assertThat(refused.statusCode()).as(id).isEqualTo(403);
          check(id, refused);
        }
      }
    }
  }

  private HttpResponse<String> call(TestingGateway at, Operation operation, String key)
      throws Exception {
    String path = operation.getAbsoluteOpenAPIPath().substring(1).replaceAll("\\{[^}]*}", "x");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at.uri().resolve(path))
            .method(
                operation.getHttpMethod().name(), HttpRequest.BodyPublishers.ofString("nonsense"));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private void logsAreStreamed() throws Exception {
    HttpResponse<InputStream> stream =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(gateway.uri() + "logs/stream?service=a&level=ERROR&host=web&q=x"))
                .header("Last-Event-ID", "")
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    stream.body().close();
    assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
    seen.computeIfAbsent("streamLogs", id -> new TreeSet<>()).add(stream.statusCode());
    check("streamLogs", get("logs/stream?since=99h"));
    check("streamLogs", get("logs/stream?last_event_id=x"));
    check("streamLogs", get("logs/stream?from=now-1h"));
    gateway.log.away(true);
    check("streamLogs", get("logs/stream"));
    gateway.log.away(false);
  }

  private void metricsAreAnswered() throws Exception {
    String point = "{\"metric\":\"m\",\"value\":1,\"timestamp\":\"2026-03-29T10:00:00Z\"}";
    String points = "ingest/metrics";
    check("ingestMetrics", post(points, "{\"points\":[" + point + ",{}]}", "application/json"));
    check("ingestMetrics", post(points, "{\"points\":[{}]}", "application/json"));
    check("ingestMetrics", post(points, "{\"points\":[]}", "text/plain"));
    check("ingestMetrics", post(points, " ".repeat(9 << 20), "application/json"));
    gateway.points.fail(new PublishException("away", 0, null));
    check("ingestMetrics", post(points, "{\"points\":[" + point + "]}", "application/json"));
    check("remoteWrite", write(WriteRequests.of("m", 1, 1_774_778_400_000L)));
    gateway.points.fail(null);
    check("remoteWrite", write(WriteRequests.of("m", 1, 1_774_778_400_000L)));
    check("remoteWrite", write(WriteRequests.of("m", 1, 5)));
    check("remoteWrite", write(new byte[9 << 20]));
    check("remoteWrite", post("api/v1/write", "{}", "application/json"));

    String query =
        "metrics/query?metric=m_total&from=2026-03-29T10:00Z&to=2026-03-29T10:05Z&step=60s";
    gateway.prometheus.answerMatrix(
        "{\"metric\":{\"service\":\"a\"},\"values\":[[1774778400,\"1\"],[1774778460,\"NaN\"]]}");
    check("queryMetrics", get(query));
    check("queryMetrics", get(query + "&group_by=service"));
    check("queryMetrics", get("metrics/query?metric=m&step=often"));
    String error = "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":\"words\"}";
    gateway.prometheus.answer(422, String.format(error, "execution"));
    check("queryMetrics", get(query));
    gateway.prometheus.answer(503, String.format(error, "unavailable"));
    check("queryMetrics", get(query));
    gateway.prometheus.answer(503, String.format(error, "timeout"));
    check("queryMetrics", get(query));
  }

  private void otlpIsAnswered() throws Exception {
    String json = "application/json";
    String time = "\"timeUnixNano\":\"1774778400000000000\"";
    String record = "{" + time + ",\"body\":{\"stringValue\":\"m\"}}";
    String resource =
        "\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"a\"}}]}";
    String logs =
        "{\"resourceLogs\":[{"
            + resource
            + ",\"scopeLogs\":[{\"logRecords\":["
            + record
            + ",{}]}]}]}";
    String point = "{" + time + ",\"asInt\":\"5\"}";
    String metrics =
        "{\"resourceMetrics\":[{"
            + resource
            + ",\"scopeMetrics\":[{\"metrics\":[{\"name\":\"m\",\"gauge\":{\"dataPoints\":["
            + point
            + ",{}]}}]}]}]}";
    otlpIsAnswered("otlpLogs", "v1/logs", logs, gateway.publisher);
    otlpIsAnswered("otlpMetrics", "v1/metrics", metrics, gateway.points);
    check("otlpLogs", post("v1/logs", "{\"resourceLogs\":5}", json));
  }

  private void otlpIsAnswered(
      String operation, String path, String body, TestingPublisher publisher) throws Exception {
    publisher.fail(null);
    check(operation, post(path, body, "application/json"));
    check(operation, post(path, "{}", "application/json"));
    check(operation, post(path, "[]", "application/json"));
    check(operation, post(path, body, "text/plain"));
    check(operation, post(path, " ".repeat(9 << 20), "application/json"));
    publisher.fail(new PublishException("away", 1, null));
    check(operation, post(path, body, "application/json"));
    publisher.fail(null);
  }

  private void prometheusIsPassedThrough() throws Exception {
    String form = "application/x-www-form-urlencoded";
    Map<String, String> calls =
        Map.of(
            "prometheusQuery", "api/v1/query?query=up",
            "prometheusQueryRange", "api/v1/query_range?query=up&start=1&end=9&step=1",
            "prometheusLabels", "api/v1/labels?",
            "prometheusLabelValues", "api/v1/label/job/values?",
            "prometheusSeries", "api/v1/series?match[]=up",
            "prometheusMetadata", "api/v1/metadata?",
            "prometheusBuildInfo", "api/v1/status/buildinfo?");
    for (Map.Entry<String, String> call : calls.entrySet()) {
      String[] parts = call.getValue().split("\\?", -1);
      boolean post = contract.operation(call.getKey() + "Form") != null;
      gateway.prometheus.answer(200, "{\"status\":\"success\",\"data\":[]}");
      answerBoth(call.getKey(), parts, post, form);
      for (int status : new int[] {400, 422, 503}) {
        gateway.prometheus.answer(
            status, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"words\"}");
        answerBoth(call.getKey(), parts, post, form);
      }
      if (post) {
        check(call.getKey() + "Form", post(parts[0], "query=" + "x".repeat(300_000), form));
        check(call.getKey() + "Form", post(parts[0], "limit=1", "text/plain"));
      }
    }
  }

  private void answerBoth(String operation, String[] parts, boolean post, String form)
      throws Exception {
    check(operation, get(parts[0] + "?" + parts[1].replace("[]", "%5B%5D")));
    if (post) {
      check(operation + "Form", post(parts[0], parts[1], form));
    }
  }

  private void alertsAndDashboardsAreKept() throws Exception {
    String rule =
        "{\"metric\":\"m\",\"condition\":\">\",\"threshold\":1,\"duration_s\":0,"
            + "\"notification_channel\":\"ops\"}";
    String board = "{\"title\":\"t\",\"panels\":[]}";
    documentsAreKept("Alert", "alerts", rule, gateway.rules);
    documentsAreKept("Dashboard", "dashboards", board, gateway.dashboards);

    gateway.states.add("other", "a", AlertStatus.FIRING, AlertRule.Severity.CRITICAL);
    gateway.states.add("other", "b", AlertStatus.INACTIVE, AlertRule.Severity.CRITICAL);
    check("alertState", get("alerts/other/state"));
    check("alertState", get("alerts/missing/state"));
    check("alertState", get("alerts/%20/state"));
    check("activeAlerts", get("alerts/active?state=firing&limit=1"));
    check("activeAlerts", get("alerts/active?state=calm"));
    gateway.states.away(true);
    check("alertState", get("alerts/other/state"));
    check("activeAlerts", get("alerts/active"));

    String json = "application/json";
    gateway.prometheus.answerMatrix("{\"metric\":{},\"values\":[[1774778400,\"2\"]]}");
    check("testAlert", post("alerts/test?from=2026-03-29T09:00Z&to=2026-03-29T10:05Z", rule, json));
    check("testAlert", post("alerts/test", "{}", json));
    check("testAlert", post("alerts/test", rule, "text/plain"));
    check("testAlert", post("alerts/test", " ".repeat(300_000), json));
    String error = "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":\"words\"}";
    gateway.prometheus.answer(422, String.format(error, "execution"));
    check("testAlert", post("alerts/test", rule, json));
    gateway.prometheus.answer(503, String.format(error, "unavailable"));
    check("testAlert", post("alerts/test", rule, json));
    gateway.prometheus.answer(503, String.format(error, "timeout"));
    check("testAlert", post("alerts/test", rule, json));
  }

  private void thePipelineIsShown() throws Exception {
    String json = "application/json";
    String silence = "silences/11111111-2222-3333-4444-555555555555";
    String one = PipelineCallsTest.SILENCE;
    // This gateway was told of neither Flink nor Alertmanager.
    check("pipelineJobs", get("pipeline/jobs"));
    check("listSilences", get("silences"));
    check("createSilence", post("silences", one, json));
    check("endSilence", send("DELETE", silence, "", json, null));
    byte[] fired =
        PipelineCallsTest.transition("a", AlertStatus.PENDING, AlertStatus.FIRING, 1_000);
    gateway.newest.append("alert-history", fired);
    gateway.newest.append("logs-dead-letters", PipelineCallsTest.letter("not_json", fired));
    check("alertHistory", get("alerts/history?id=a&limit=1"));
    check("alertHistory", get("alerts/history?limit=0"));
    check("deadLetters", get("pipeline/dead-letters?of=logs&limit=1"));
    check("deadLetters", get("pipeline/dead-letters?of=x"));
    gateway.newest.away(true);
    check("alertHistory", get("alerts/history"));
    check("deadLetters", get("pipeline/dead-letters"));
    try (TestingPrometheus upstream = new TestingPrometheus();
        TestingGateway told =
            new TestingGateway(
                "flink.url", upstream.uri().toString(),
                "alertmanager.url", upstream.uri().toString(),
                "pipeline.request-timeout", "300ms")) {
      HttpTester tester = new HttpTester(told);
      upstream.answer(200, "{\"jobs\":[]}");
      check("pipelineJobs", tester.get("pipeline/jobs"));
      check("pipelineJobs", tester.get("pipeline/jobs?x=1"));
      upstream.answer(200, "[]");
      check("listSilences", tester.get("silences"));
      check("listSilences", tester.get("silences?x=1"));
      upstream.answer(200, "{\"silenceID\":\"s\"}");
      check("createSilence", tester.post("silences", one));
      check("createSilence", tester.post("silences", "{}"));
      check("createSilence", tester.post("silences", " ".repeat(300_000)));
      check(
          "createSilence",
          tester.send("POST", "silences", one.getBytes(UTF_8), "Content-Type", "text/plain"));
      check("endSilence", tester.send("DELETE", silence, "", null));
      check("endSilence", tester.send("DELETE", "silences/none", "", null));
      check("endSilence", tester.send("DELETE", "silences/%20", "", null));
      upstream.answer(500, "away");
      pipelineCalls(tester, silence, one);
      upstream.block();
      pipelineCalls(tester, silence, one);
    }
  }

  private void pipelineCalls(HttpTester tester, String silence, String one) throws Exception {
    check("pipelineJobs", tester.get("pipeline/jobs"));
    check("listSilences", tester.get("silences"));
    check("createSilence", tester.post("silences", one));
    check("endSilence", tester.send("DELETE", silence, "", null));
  }

  private void documentsAreKept(
      String name, String path, String document, TestingDocumentStore store) throws Exception {
    String json = "application/json";
    String mine = document.replaceFirst("\\{", "{\"id\":\"mine\",");
    HttpResponse<String> created = post(path, mine, json);
    check("create" + name, created);
    String etag = created.headers().firstValue("ETag").orElseThrow();
    check("create" + name, post(path, mine, json));
    check("create" + name, post(path, "{}", json));
    check("create" + name, post(path, document, "text/plain"));
    check("create" + name, post(path, " ".repeat(300_000), json));
    try (TestingGateway full = new TestingGateway("rules.max-documents", "1")) {
      (name.equals("Alert") ? full.rules : full.dashboards).force("one", document.getBytes(UTF_8));
      check(
          "create" + name,
          client.send(
              HttpRequest.newBuilder(full.uri().resolve(path))
                  .header("Content-Type", json)
                  .POST(HttpRequest.BodyPublishers.ofString(document))
                  .build(),
              HttpResponse.BodyHandlers.ofString()));
    }
    store.force("broken", "{}".getBytes(UTF_8));
    check("list" + name + "s", get(path));
    check("list" + name + "s", get(path + "?x=1"));
    check("get" + name, get(path + "/mine"));
    check("get" + name, get(path + "/missing"));
    check("get" + name, get(path + "/broken"));
    check("get" + name, get(path + "/%20"));
    String one = path + "/mine";
    check("replace" + name, send("PUT", one, document, json, "\"3\""));
    check("replace" + name, send("PUT", one, document, json, "three"));
    check("replace" + name, send("PUT", one, document, json, null));
    check("replace" + name, send("PUT", one, document, "text/plain", "*"));
    check("replace" + name, send("PUT", one, " ".repeat(300_000), json, "*"));
    check("replace" + name, send("PUT", path + "/missing", document, json, "*"));
    check("replace" + name, send("PUT", one, document, json, etag));
    check("delete" + name, send("DELETE", one, "", json, etag));
    check("delete" + name, send("DELETE", one, "", json, "x"));
    check("delete" + name, send("DELETE", one, "", json, null));
    check("delete" + name, send("DELETE", one, "", json, null));
    store.away(true);
    check("create" + name, post(path, document, json));
    check("list" + name + "s", get(path));
    check("get" + name, get(one));
    check("replace" + name, send("PUT", one, document, json, "*"));
    check("delete" + name, send("DELETE", one, "", json, null));
    store.away(false);
  }

  @Test
  void theServedDocumentIsTheOneThatIsEnforced() throws Exception {
    assertThat(get("openapi.yaml").body()).isEqualTo(Contract.read().text().toString(UTF_8));
  }

  private void check(String operation, HttpResponse<String> response) throws Exception {
    String type = response.headers().firstValue("Content-Type").orElse("");
    boolean problem = response.statusCode() / 100 != 2 && !operation.equals("ready");
    if (problem && !operation.startsWith("prometheus") && !operation.startsWith("otlp")) {
      assertThat(type).as(operation).isEqualTo("application/problem+json");
    }
    if (type.contains("json")) {
      validator
          .validate(
              ValidatableResponse.create(
                  response.statusCode(),
                  Map.of(),
                  Buffer.buffer(response.body()),
                  "application/json"),
              operation)
          .toCompletionStage()
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    } else if (response.statusCode() == 204) {
      assertThat(response.body()).as(operation).isEmpty();
    } else {
      // Text has no schema to hold it to, only its type.
      assertThat(contract.operation(operation).getResponse(response.statusCode()).getContent())
          .as(operation)
          .containsKey("text/plain");
    }
    seen.computeIfAbsent(operation, id -> new TreeSet<>()).add(response.statusCode());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(gateway.uri() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body, String encoding) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri().resolve("ingest/logs"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (encoding != null) {
      request.header("Content-Encoding", encoding);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body, String type) throws Exception {
    return send("POST", path, body, type, null);
  }

  private HttpResponse<String> send(
      String method, String path, String body, String type, String ifMatch) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri().resolve(path))
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (ifMatch != null) {
      request.header("If-Match", ifMatch);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> write(byte[] request) throws Exception {
    return client.send(
        HttpRequest.newBuilder(gateway.uri().resolve("api/v1/write"))
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    request.length > 1_000_000 ? request : Snappy.compress(request)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
