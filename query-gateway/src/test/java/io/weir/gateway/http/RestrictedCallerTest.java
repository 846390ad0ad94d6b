package io.weir.gateway.http;

import static io.weir.gateway.http.HttpTester.encoded;
import static io.weir.gateway.http.HttpTester.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.TestingKeys;
import io.weir.gateway.ingest.OutgoingRecord;
import io.weir.gateway.ingest.WriteRequests;
import io.weir.gateway.prometheus.TestingPrometheus;
import io.weir.gateway.search.LogHit;
import io.weir.gateway.search.Times;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.json.AlertStateJson;
import io.weir.model.log.LogLevel;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/**
 * A caller of one service tries every operation there is, in stores that hold another service's
 * data beside its own, and finds nothing of that.
 */
@Timeout(120)
class RestrictedCallerTest {
  private static final String CONDITION = "service=~\"mine\"";
  private static final String RULE =
      "{\"metric\":\"m\",\"condition\":\">\",\"threshold\":1,\"duration_s\":60,"
          + "\"notification_channel\":\"c\",\"tags\":{\"service\":\"%s\"}}";

  @TempDir private Path folder;
  private final Set<String> tried = new TreeSet<>();
  private TestingGateway gateway;
  private HttpTester http;
  private String key;
  private LogHit mine;
  private LogHit foreign;

  @BeforeEach
  void start() {
    TestingKeys keys = new TestingKeys(folder);
    key = keys.add(Set.of(Scope.values()), "mine");
    gateway = new TestingGateway("auth.keys-file", keys.file().path().toString());
    http = new HttpTester(gateway, key);
    long at = Times.nanos(Instant.parse("2026-03-29T10:09:00Z"));
    mine = gateway.store.add(at, 1, "mine", "web", LogLevel.ERROR);
    foreign = gateway.store.add(at + 1, 2, "foreign", "web", LogLevel.ERROR);
    gateway.store.index("logs-2026-03-29-10", 2);
    gateway.rules.force("mine-rule", String.format(RULE, "mine").getBytes(UTF_8));
    gateway.rules.force("foreign-rule", String.format(RULE, "foreign").getBytes(UTF_8));
    gateway.rules.force(
        "foreign-words",
        ("{\"kind\":\"log_match\",\"query\":\"timeout\",\"condition\":\">\",\"threshold\":1,"
                + "\"window_s\":60,\"notification_channel\":\"c\",\"labels\":{\"service\":\"mine\"}}")
            .getBytes(UTF_8));
    gateway.states.add("mine-rule", "mine", AlertStatus.FIRING, Severity.CRITICAL);
    gateway.states.add("foreign-rule", "foreign", AlertStatus.FIRING, Severity.CRITICAL);
    gateway.newest.append("alert-history", transition("mine-rule", "mine"));
    gateway.newest.append("alert-history", transition("foreign-rule", "foreign"));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static byte[] transition(String alert, String service) {
    return AlertStateJson.encode(
        new AlertTransition(
            AlertStatus.PENDING,
            AlertTransition.Reason.CONDITION,
            new AlertState(
                alert,
                3,
                Map.of("service", service),
                AlertStatus.FIRING,
                0.5,
                1_000L,
                null,
                null,
                1_000L,
                Severity.CRITICAL,
                Map.of("alertname", alert),
                Map.of())));
  }

  @Test
  void findsNothingForeignInAnyOperation() throws Exception {
    logs();
    stream();
    ingest();
    metrics();
    prometheus();
    alerts();
    refusedAsAWhole();
    Set<String> left = new TreeSet<>(new AccessTable(false).operations());
    left.removeAll(tried);
    // What says nothing of any service.
    assertThat(left)
        .containsExactlyInAnyOrder(
            "health",
            "ready",
            "openapi",
            "whoAmI",
            "prometheusBuildInfo",
            "pipelineJobs",
            "listDashboards",
            "getDashboard");
  }

  private void logs() {
    String range = "from=2026-03-29T10:00Z&to=2026-03-29T10:10Z";
    JsonNode page = own("searchLogs", "logs/search?" + range);
    assertThat(page.path("total_matched").asInt()).isEqualTo(1);
    assertThat(own("searchLogs", "logs/search?service=mine&service=foreign&" + range).path("logs"))
        .hasSize(1);
    refused("searchLogs", http.get("logs/search?service=foreign&" + range));
    JsonNode buckets = http.ok("logs/histogram?interval=1m&" + range).path("buckets");
    int counted = 0;
    for (JsonNode bucket : buckets) {
      counted += bucket.path("count").asInt();
    }
    assertThat(counted).isEqualTo(1);
    refused("logHistogram", http.get("logs/histogram?service=foreign&" + range));
    own("logFacets", "logs/facets?field=service&" + range);
    assertThat(http.ok("logs/facets?field=user_id&" + range).toString()).doesNotContain("foreign");
    refused("logFacets", http.get("logs/facets?field=service&service=foreign&" + range));
    own("logContext", "logs/context?id=" + mine.eventId());
    HttpResponse<String> hidden = http.get("logs/context?id=" + foreign.eventId());
    assertThat(hidden.statusCode()).isEqualTo(404);
    tried.add("logContext");
    assertThat(gateway.store.requests())
        .allSatisfy(request -> assertThat(request.filter().services()).containsExactly("mine"));
  }

  private void stream() throws Exception {
    refused("streamLogs", http.get("logs/stream?service=foreign"));
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(gateway.uri() + "logs/stream"))
                    .header("Authorization", "Bearer " + key)
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      gateway.log.append("foreign", "ERROR", "not for you");
      gateway.log.append("mine", "ERROR", "for you");
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (line.contains("for you")) {
          break;
        }
      }
    }
    assertThat(String.join("\n", lines)).contains("for you").doesNotContain("foreign", "not for");
  }

  private void ingest() throws Exception {
    String events =
        "{\"events\":[{\"service\":\"mine\",\"message\":\"a\"},"
            + "{\"service\":\"foreign\",\"message\":\"b\"}]}";
    HttpResponse<String> logs = http.post("ingest/logs", events);
    assertThat(logs.statusCode()).isEqualTo(202);
    assertThat(json(logs).path("rejected").path(0).path("reason").asText())
        .isEqualTo("service_not_allowed");
    tried.add("ingestLogs");

    HttpResponse<String> points =
        http.post(
            "ingest/metrics",
            "{\"points\":[{\"metric\":\"m\",\"value\":1,\"timestamp\":1774778400,"
                + "\"tags\":{\"service\":\"mine\"}},"
                + "{\"metric\":\"m\",\"value\":1,\"timestamp\":1774778400,"
                + "\"tags\":{\"service\":\"foreign\"}},"
                + "{\"metric\":\"m\",\"value\":1,\"timestamp\":1774778400}]}");
    assertThat(points.statusCode()).isEqualTo(202);
    assertThat(json(points).path("accepted").asInt()).isEqualTo(1);
    tried.add("ingestMetrics");

    HttpResponse<String> written =
        http.send(
            "POST",
            "api/v1/write",
            Snappy.compress(
                new WriteRequests()
                    .series(
                        List.of("__name__", "m", "service", "mine"),
                        new double[] {1},
                        1_774_778_400_000L)
                    .series(
                        List.of("__name__", "m", "service", "foreign"),
                        new double[] {1},
                        1_774_778_400_000L)
                    .bytes()),
            "Content-Type",
            "application/x-protobuf",
            "Content-Encoding",
            "snappy");
    assertThat(written.statusCode()).as(written.body()).isEqualTo(400);
    assertThat(json(written).path("accepted").asInt()).isEqualTo(1);
    tried.add("remoteWrite");

    HttpResponse<String> otlp =
        http.post("v1/logs", "{\"resourceLogs\":[" + logs("mine") + "," + logs("foreign") + "]}");
    assertThat(otlp.statusCode()).as(otlp.body()).isEqualTo(200);
    assertThat(json(otlp).path("partialSuccess").path("rejectedLogRecords").asText())
        .isEqualTo("1");
    tried.add("otlpLogs");
    HttpResponse<String> otlpPoints =
        http.post(
            "v1/metrics",
            "{\"resourceMetrics\":[" + points("mine") + "," + points("foreign") + "]}");
    assertThat(otlpPoints.statusCode()).as(otlpPoints.body()).isEqualTo(200);
    assertThat(json(otlpPoints).path("partialSuccess").path("rejectedDataPoints").asText())
        .isEqualTo("1");
    tried.add("otlpMetrics");

    assertThat(gateway.publisher.published()).hasSize(2);
    List<OutgoingRecord> all = new ArrayList<>(gateway.publisher.published());
    all.addAll(gateway.points.published());
    assertThat(all)
        .isNotEmpty()
        .allSatisfy(record -> assertThat(new String(record.value(), UTF_8)).contains("mine"))
        .noneSatisfy(record -> assertThat(new String(record.value(), UTF_8)).contains("foreign"));
  }

  private static String logs(String service) {
    return "{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\""
        + service
        + "\"}}]},\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"1774778400000000000\","
        + "\"body\":{\"stringValue\":\"hello\"}}]}]}";
  }

  private static String points(String service) {
    return "{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\""
        + service
        + "\"}},{\"key\":\"team\",\"value\":{\"stringValue\":\"x\"}}]},\"scopeMetrics\":[{\"metrics\":"
        + "[{\"name\":\"m\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"1774778400000000000\","
        + "\"asDouble\":1}]}}]}]}";
  }

  private void metrics() {
    gateway.prometheus.answerMatrix();
    http.ok("metrics/query?metric=a/b&group_by=service");
    assertThat(gateway.prometheus.last().parameter("query")).matches("(?s).*a.*b.*");
    everySelectorIsNarrowed(gateway.prometheus.last().parameter("query"));
    http.ok("metrics/query?metric=m&agg=p99&tags=service:foreign");
    everySelectorIsNarrowed(gateway.prometheus.last().parameter("query"));
    tried.add("queryMetrics");
    HttpResponse<String> tried = http.post("alerts/test", String.format(RULE, "foreign"));
    assertThat(tried.statusCode()).as(tried.body()).isEqualTo(200);
    everySelectorIsNarrowed(gateway.prometheus.last().parameter("query"));
    this.tried.add("testAlert");
  }

  private static void everySelectorIsNarrowed(String query) {
    int selectors = query.split("\\[", -1).length - 1;
    assertThat(selectors).isPositive();
    assertThat(query.split(java.util.regex.Pattern.quote(CONDITION), -1)).hasSize(selectors + 1);
  }

  private void prometheus() {
    gateway.prometheus.answer(200, "{\"status\":\"success\",\"data\":[]}");
    String query = "query=" + encoded("sum(up) / on() {x=\"y\"}");
    narrowed("prometheusQuery", "GET", "api/v1/query?" + query, "query");
    String range = query + "&start=1774778400&end=1774778460&step=15";
    narrowed("prometheusQueryRange", "GET", "api/v1/query_range?" + range, "query");
    narrowed("prometheusLabels", "GET", "api/v1/labels", "match[]");
    narrowed("prometheusLabels", "GET", "api/v1/labels?match[]=up", "match[]");
    narrowed("prometheusLabelValues", "GET", "api/v1/label/service/values", "match[]");
    narrowed("prometheusSeries", "GET", "api/v1/series?match[]=up", "match[]");
    form("prometheusQueryForm", "api/v1/query", query, "query");
    form("prometheusQueryRangeForm", "api/v1/query_range", range, "query");
    form("prometheusLabelsForm", "api/v1/labels", "", "match[]");
    form("prometheusSeriesForm", "api/v1/series", "match[]=up", "match[]");
    int before = gateway.prometheus.heard().size();
    assertThat(http.get("api/v1/query?query=" + encoded("info(up)")).statusCode()).isEqualTo(400);
    assertThat(http.get("api/v1/labels?match[]=").statusCode()).isEqualTo(400);
    assertThat(gateway.prometheus.heard()).hasSize(before);
  }

  private void narrowed(String operation, String method, String path, String parameter) {
    assertThat(http.send(method, path.replace("[]", "%5B%5D"), new byte[0]).statusCode())
        .as(path)
        .isEqualTo(200);
    heardOnlyOfMine(operation, parameter);
  }

  private void form(String operation, String path, String form, String parameter) {
    HttpResponse<String> response =
        http.send(
            "POST",
            path,
            form.getBytes(UTF_8),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    heardOnlyOfMine(operation, parameter);
  }

  private void heardOnlyOfMine(String operation, String parameter) {
    TestingPrometheus.Heard heard = gateway.prometheus.last();
    assertThat(heard.form().get(parameter))
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).contains(CONDITION));
    assertThat(heard.authorization()).as("the caller's key stays here").isNull();
    tried.add(operation);
  }

  private void alerts() {
    assertThat(own("listAlerts", "alerts").path("alerts")).hasSize(1);
    own("getAlert", "alerts/mine-rule");
    own("alertState", "alerts/mine-rule/state");
    assertThat(own("activeAlerts", "alerts/active").path("alerts")).hasSize(1);
    assertThat(own("alertHistory", "alerts/history").path("transitions")).hasSize(1);
    for (String path : List.of("alerts/foreign-rule", "alerts/foreign-words")) {
      assertThat(http.get(path).statusCode()).isEqualTo(404);
      assertThat(http.send("DELETE", path, "", null).statusCode()).isEqualTo(404);
      assertThat(http.send("PUT", path, String.format(RULE, "mine"), "*").statusCode())
          .isEqualTo(404);
    }
    assertThat(http.get("alerts/foreign-rule/state").statusCode()).isEqualTo(404);
    refused("createAlert", http.post("alerts", String.format(RULE, "foreign")));
    refused("replaceAlert", http.send("PUT", "alerts/mine-rule", String.format(RULE, "x"), "*"));
    assertThat(http.post("alerts", String.format(RULE, "mine")).statusCode()).isEqualTo(201);
    assertThat(http.send("DELETE", "alerts/mine-rule", "", null).statusCode()).isEqualTo(204);
    tried.add("deleteAlert");
    assertThat(gateway.rules.find("foreign-rule")).isPresent();
  }

  private void refusedAsAWhole() {
    refused("listSegments", http.get("segments"));
    refused("prometheusMetadata", http.get("api/v1/metadata"));
    refused("deadLetters", http.get("pipeline/dead-letters"));
    refused("listSilences", http.get("silences"));
    refused("createSilence", http.post("silences", PipelineCallsTest.SILENCE));
    refused("endSilence", http.send("DELETE", "silences/x", "", null));
    refused("createDashboard", http.post("dashboards", "{}"));
    refused("replaceDashboard", http.send("PUT", "dashboards/x", "{}", "*"));
    refused("deleteDashboard", http.send("DELETE", "dashboards/x", "", null));
    refused("metrics", http.get("metrics"));
  }

  @Test
  void noWayOfWritingAPathLeadsAroundTheGuard() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (String path :
        List.of(
            "segments/",
            "/segments",
            "./segments",
            "x/../segments",
            "%73egments",
            "segments//",
            "pipeline/dead-letters/",
            "logs/search/",
            "%6Cogs/search")) {
      HttpResponse<String> response =
          client
              .sendAsync(
                  HttpRequest.newBuilder(URI.create(gateway.uri() + path)).build(),
                  HttpResponse.BodyHandlers.ofString())
              .get(30, TimeUnit.SECONDS);
      assertThat(response.statusCode()).as(path).isIn(401, 404);
    }
  }

  private JsonNode own(String operation, String path) {
    JsonNode answer = http.ok(path);
    assertThat(answer.toString()).as(path).contains("mine").doesNotContain("foreign");
    tried.add(operation);
    return answer;
  }

  private void refused(String operation, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(operation + response.body()).isEqualTo(403);
    assertThat(response.body()).doesNotContain("foreign");
    tried.add(operation);
  }
}
