package io.weir.harness.e2e.gateway;

import static io.weir.harness.e2e.gateway.Api.encoded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.PrometheusNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The metrics role of the shipped gateway, and dry-runs of rules, in front of a real Prometheus.
 */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayMetricsITCase {
  private static final int SAMPLES = 240;
  private static final String HOSTILE = "a\"b\\c{}=~ or vector(1)\n#";
  private static final String FORM = "application/x-www-form-urlencoded";

  /** An hour that has passed, whose minutes are whole. */
  private final Instant start =
      Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.HOURS);

  private final Instant end = start.plus(1, ChronoUnit.HOURS);
  private PrometheusNode prometheus;
  private GatewayProcess gateway;
  private Api api;

  @BeforeAll
  void start(SharedNodes nodes, KafkaBroker kafka) throws Exception {
    prometheus = PrometheusNode.builder(nodes.directories()).name("gateway-prometheus").build();
    prometheus.start();
    prometheus.awaitReady();
    long first = start.toEpochMilli();
    new PushedSamples()
        .series(
            "http_requests_total",
            Map.of("service", "payments", "host", "a"),
            first,
            SAMPLES,
            i -> 100 * i)
        .series(
            "http_requests_total",
            Map.of("service", "payments", "host", "b"),
            first,
            SAMPLES,
            i -> 50 * i)
        .series(
            "http_requests_total",
            Map.of("service", "checkout", "host", "a"),
            first,
            SAMPLES,
            i -> 30 * i)
        .series(
            "http_errors_total",
            Map.of("service", "payments", "host", "a"),
            first,
            SAMPLES,
            i -> 3 * i)
        .series("temperature", Map.of("room", "1"), first, SAMPLES, i -> i)
        .series("temperature", Map.of("room", "2"), first, SAMPLES, i -> i + 10)
        .series("temperature", Map.of("room", HOSTILE), first, SAMPLES, i -> -1)
        .series("latency", Map.of("quantile", "0.5", "host", "a"), first, SAMPLES, i -> 1)
        .series("latency", Map.of("quantile", "0.99", "host", "a"), first, SAMPLES, i -> 7)
        .series("latency", Map.of("quantile", "0.99", "host", "b"), first, SAMPLES, i -> 9)
        // Beyond the threshold from the 30th minute to the 40th.
        .series(
            "http_error_rate",
            Map.of("service", "payments"),
            first,
            SAMPLES,
            i -> i >= 120 && i < 160 ? 0.05 : 0.001)
        .push(prometheus);
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-metrics")
            .option("roles", "metrics,rules")
            .option("prometheus.url", prometheus.uri().toString())
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .build();
    gateway.start();
    gateway.awaitReady();
    api = new Api(gateway);
  }

  @AfterAll
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    if (prometheus != null) {
      prometheus.close();
    }
  }

  @Test
  void showsTheRateOfACounterOverAllSeriesWithTheTag() {
    JsonNode answer =
        api.get(
            "metrics/query?metric=http_requests_total&tags=service:payments&step=60s"
                + range(10, 50));
    assertThat(answer.path("agg").asText()).isEqualTo("rate");
    assertThat(answer.path("datapoints")).hasSize(40);
    answer
        .path("datapoints")
        .forEach(point -> assertThat(point.path("value").asDouble()).isCloseTo(10, within(1e-9)));
    assertThat(answer.path("datapoints").get(0).path("timestamp").asText())
        .isEqualTo(start.plus(10, ChronoUnit.MINUTES).toString());
  }

  @Test
  void groupsAndAggregates() {
    JsonNode perService =
        api.get(
            "metrics/query?metric=http_requests_total&group_by=service&step=60s" + range(20, 21));
    assertThat(perService.path("series")).hasSize(2);
    for (JsonNode series : perService.path("series")) {
      double expected = series.path("tags").path("service").asText().equals("payments") ? 10 : 2;
      assertThat(series.path("datapoints").get(0).path("value").asDouble())
          .isCloseTo(expected, within(1e-9));
    }
    // The window (a minute) before minute 20 has samples 77 to 80.
    assertThat(one("temperature", "&tags=room:1&agg=avg")).isEqualTo(78.5);
    assertThat(one("temperature", "&tags=room:1&agg=min")).isEqualTo(77);
    assertThat(one("temperature", "&tags=room:1&agg=max")).isEqualTo(80);
    assertThat(one("temperature", "&tags=room:1&agg=last")).isEqualTo(80);
    assertThat(one("temperature", "&tags=room:1&agg=count")).isEqualTo(4);
    assertThat(one("temperature", "&agg=sum")).isEqualTo(78.5 + 88.5 - 1);
    assertThat(one("temperature", "&agg=max&window=5m")).isEqualTo(90);
  }

  @Test
  void showsTheQuantilesOfADistributionAndAcrossSeries() {
    assertThat(one("latency", "&agg=p99")).isEqualTo(9);
    assertThat(one("latency", "&agg=p99&tags=host:a")).isEqualTo(7);
    assertThat(one("temperature", "&agg=p50")).isEqualTo(78.5);
  }

  @Test
  void dividesTwoMetricsByGroup() {
    JsonNode answer =
        api.get(
            "metrics/query?metric="
                + encoded("http_errors_total / http_requests_total")
                + "&group_by=service&step=60s"
                + range(20, 21));
    assertThat(answer.path("series")).hasSize(2);
    for (JsonNode series : answer.path("series")) {
      // Nobody has seen an error at the checkout: 0, not nothing.
      double expected = series.path("tags").path("service").asText().equals("payments") ? 0.02 : 0;
      assertThat(series.path("datapoints").get(0).path("value").asDouble())
          .isCloseTo(expected, within(1e-9));
    }
    assertThat(
            api.get(
                    "metrics/query?metric="
                        + encoded("http_errors_total / missing_total")
                        + range(20, 21))
                .path("datapoints"))
        .isEmpty();
  }

  @Test
  void findsAValueWithEveryCharacterThatMeansSomething() {
    assertThat(one("temperature", "&tags=" + encoded("room:" + HOSTILE))).isEqualTo(-1);
  }

  /** Each would answer with something if it were taken for more than a value. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"} or vector(1) or temperature{room=\"",
        "1\"} or temperature{room=\"2",
        ".*",
        "1|2",
        "\\\"} or vector(1) #",
        "1\\",
        "{}",
        "\u0000"
      })
  void findsNothingForAValueThatNobodyHas(String value) {
    assertThat(
            api.get(
                    "metrics/query?metric=temperature&tags="
                        + encoded("room:" + value)
                        + range(20, 21))
                .path("datapoints"))
        .isEmpty();
  }

  // ---- what Grafana's data source asks ----

  @Test
  void answersWhatGrafanaAsks() {
    String span = "start=" + start.getEpochSecond() + "&end=" + end.getEpochSecond();
    assertThat(api.get("api/v1/status/buildinfo").at("/data/version").asText()).isNotEmpty();
    assertThat(
            form("api/v1/query", "query=1%2B1&time=" + end.getEpochSecond())
                .at("/data/result/1")
                .asText())
        .isEqualTo("2");
    JsonNode matrix =
        form(
            "api/v1/query_range",
            "query="
                + encoded("sum by (service) (rate(http_requests_total[5m]))")
                + "&step=60&"
                + span);
    assertThat(matrix.at("/data/result")).hasSize(2);
    assertThat(form("api/v1/labels", span).path("data").toString())
        .contains("\"__name__\"", "\"service\"");
    assertThat(texts(api.get("api/v1/label/__name__/values?" + span).path("data")))
        .contains("http_requests_total", "temperature");
    assertThat(
            texts(
                api.get(
                        "api/v1/label/host/values?"
                            + span
                            + "&match%5B%5D="
                            + encoded("http_requests_total{service=\"checkout\"}"))
                    .path("data")))
        .containsExactly("a");
    assertThat(
            form("api/v1/series", span + "&match%5B%5D=temperature&match%5B%5D=latency")
                .path("data"))
        .hasSize(6);
    assertThat(api.get("api/v1/metadata").path("status").asText()).isEqualTo("success");
  }

  @Test
  void passesPrometheusErrorsThrough() {
    HttpResponse<String> response = api.call("api/v1/query?query=" + encoded("sum("));
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode error = HotLogs.json(response.body());
    assertThat(error.path("errorType").asText()).isEqualTo("bad_data");
    assertThat(error.path("error").asText()).contains("parse error");
  }

  @Test
  void unpacksNothingOnTheWay() {
    HttpResponse<String> packed =
        api.send("GET", "api/v1/labels", new byte[0], "Accept-Encoding", "gzip");
    assertThat(packed.statusCode()).isEqualTo(200);
    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
  }

  // ---- dry-run ----

  @Test
  void tellsWhenARuleWouldHaveFired() {
    String rule =
        "{\"metric\":\"http_error_rate\",\"condition\":\">\",\"threshold\":\"1%\","
            + "\"duration_s\":150,\"group_by\":[\"service\"],\"notification_channel\":\"x\"}";
    HttpResponse<String> response =
        api.json("POST", "alerts/test?" + range(0, 60).substring(1), rule, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode outcome = HotLogs.json(response.body());
    assertThat(outcome.path("groups_firing").asInt()).isOne();
    JsonNode group = outcome.path("groups").get(0);
    assertThat(group.path("group").path("service").asText()).isEqualTo("payments");
    assertThat(group.path("firings")).hasSize(1);
    JsonNode firing = group.path("firings").get(0);
    // The average of a minute passes 1 % with its first bad sample, at minute 30 itself.
    assertThat(firing.path("pending_at").asText())
        .isEqualTo(start.plus(30, ChronoUnit.MINUTES).toString());
    assertThat(firing.path("fired_at").asText())
        .isEqualTo(start.plus(32, ChronoUnit.MINUTES).toString());
    assertThat(firing.path("resolved_at").asText())
        .isEqualTo(start.plusSeconds(40 * 60 + 60).toString());
  }

  // ---- outage ----

  @Test
  void saysInEachShapeThatPrometheusIsAwayAndGoesOnWithIt() {
    prometheus.process().stop();
    try {
      HttpResponse<String> own = api.call("metrics/query?metric=temperature");
      assertThat(own.statusCode()).as(own.body()).isEqualTo(503);
      assertThat(own.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(own.headers().firstValue("Retry-After")).isPresent();
      HttpResponse<String> theirs = api.call("api/v1/query?query=up");
      assertThat(theirs.statusCode()).isEqualTo(503);
      assertThat(HotLogs.json(theirs.body()).path("errorType").asText()).isEqualTo("unavailable");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> api.call("ready?role=metrics").statusCode() == 503);
      assertThat(api.call("health").statusCode()).isEqualTo(200);
    } finally {
      prometheus.start();
      prometheus.awaitReady();
    }
    assertThat(one("temperature", "&tags=room:1&agg=last")).isEqualTo(80);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> api.call("ready?role=metrics").statusCode() == 200);
  }

  private double one(String metric, String more) {
    JsonNode points =
        api.get("metrics/query?metric=" + metric + more + "&step=60s" + range(20, 21))
            .path("datapoints");
    assertThat(points).hasSize(1);
    return points.get(0).path("value").asDouble();
  }

  private String range(int fromMinute, int toMinute) {
    return "&from="
        + start.plus(fromMinute, ChronoUnit.MINUTES)
        + "&to="
        + start.plus(toMinute, ChronoUnit.MINUTES);
  }

  private JsonNode form(String path, String parameters) {
    HttpResponse<String> response =
        api.send("POST", path, parameters.getBytes(UTF_8), "Content-Type", FORM);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return HotLogs.json(response.body());
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
