package io.weir.gateway.http;

import static io.weir.gateway.http.HttpTester.encoded;
import static io.weir.gateway.http.HttpTester.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.prometheus.TestingPrometheus.Heard;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metrics role over real HTTP, in front of something that answers in Prometheus' place. */
class MetricsRoleTest {
  private static final String EXAMPLE =
      "metrics/query?metric=http_error_rate&from=2026-03-29T09:00Z&to=2026-03-29T10:00Z&step=60s"
          + "&tags=service:payments";
  private static final Duration SOON = Duration.ofSeconds(60);

  private final TestingGateway gateway =
      new TestingGateway(
          "metrics.max-concurrent", "2",
          "metrics.max-queued", "1",
          "metrics.max-response-bytes", "100KiB",
          "prometheus.request-timeout", "1s");
  private final HttpTester http = new HttpTester(gateway);

  @AfterEach
  void stop() {
    gateway.close();
  }

  // ---- /metrics/query ----

  @Test
  void answersTheExampleOfTheBriefVerbatim() {
    gateway.prometheus.answerMatrix(
        "{\"metric\":{},\"values\":[[1774774800,\"0.5\"],[1774774860.000,\"NaN\"],[1774774920,\"+Inf\"]]}");
    JsonNode answer = http.ok(EXAMPLE);
    assertThat(answer.path("datapoints").toString())
        .isEqualTo(
            "[{\"timestamp\":\"2026-03-29T09:00:00Z\",\"value\":0.5},"
                + "{\"timestamp\":\"2026-03-29T09:01:00Z\",\"value\":null},"
                + "{\"timestamp\":\"2026-03-29T09:02:00Z\",\"value\":null}]");
    assertThat(answer.has("series")).isFalse();
    assertThat(answer.path("step_s").asInt()).isEqualTo(60);
    assertThat(answer.path("to").asText()).isEqualTo("2026-03-29T10:00:00Z");
    Heard heard = gateway.prometheus.last();
    assertThat(heard.path()).isEqualTo("/prom/api/v1/query_range");
    assertThat(heard.parameter("query"))
        .isEqualTo("avg(avg_over_time(http_error_rate{service=\"payments\"}[59999ms]))")
        .isEqualTo(answer.path("promql").asText());
    assertThat(heard.parameter("start")).isEqualTo("1774774800.000");
    assertThat(heard.parameter("end")).isEqualTo("1774778340.000");
    assertThat(heard.parameter("step")).isEqualTo("60");
    assertThat(heard.parameter("timeout")).isEqualTo("1");
  }

  @Test
  void answersWithSeveralSeriesWhenGrouped() {
    gateway.prometheus.answerMatrix(
        "{\"metric\":{\"service\":\"b\"},\"values\":[[1774774800,\"2\"]]}",
        "{\"metric\":{\"service\":\"a\"},\"values\":[[1774774800,\"1\"]]}");
    JsonNode answer = http.ok("metrics/query?metric=m_total&group_by=service&agg=rate");
    assertThat(answer.path("series")).hasSize(2);
    assertThat(answer.path("series").get(0).path("tags").toString())
        .isEqualTo("{\"service\":\"b\"}");
    assertThat(answer.path("series_total").asInt()).isEqualTo(2);
    assertThat(answer.has("datapoints")).isFalse();
  }

  @Test
  void answersWithNoDataPointsForWhatNobodyKnows() {
    assertThat(http.ok("metrics/query?metric=unknown").path("datapoints")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\"} or vector(1) or m{a=\"",
        "\\\"} or vector(1) #",
        "a\\",
        "{}()[]`'",
        "line\nfeed",
        "%22%7D",
        "\u0000\u001f",
        "caf\u00e9 \ud83d\ude00"
      })
  void keepsTheValueOfATagAValue(String value) {
    http.ok("metrics/query?metric=m&tags=" + encoded("a:" + value));
    String query = gateway.prometheus.last().parameter("query");
    assertThat(query).startsWith("avg(avg_over_time(m{a=\"").endsWith("\"}[59999ms]))");
    String inside =
        query.substring(
            "avg(avg_over_time(m{a=\"".length(), query.length() - "\"}[59999ms]))".length());
    // No quotation mark ends the string before its end.
    assertThat(inside.replace("\\\\", "").replace("\\\"", "")).doesNotContain("\"");
  }

  @Test
  void asksNothingForAMetricThatIsNone() {
    for (String metric : List.of("m{a=\"b\"}", "sum(m)", "m or n", "m} #", "a/b/c")) {
      HttpResponse<String> response = http.get("metrics/query?metric=" + encoded(metric));
      assertThat(response.statusCode()).as(metric).isEqualTo(400);
      assertThat(json(response).path("errors").get(0).path("field").asText()).isEqualTo("metric");
    }
    assertThat(gateway.prometheus.heard()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "422, execution, 422, false",
    "503, timeout, 504, false",
    "503, unavailable, 503, true",
    "400, bad_data, 500, false"
  })
  void tellsWhyPrometheusDidNotAnswer(int status, String type, int expected, boolean retry) {
    gateway.prometheus.answer(
        status,
        "{\"status\":\"error\",\"errorType\":\"" + type + "\",\"error\":\"its own words\"}");
    HttpResponse<String> response = http.get(EXAMPLE);
    assertThat(response.statusCode()).isEqualTo(expected);
    assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(retry);
    assertThat(response.body().contains("its own words")).isEqualTo(expected != 500);
  }

  @Test
  void refusesAnAnswerThatIsTooLargeAndSaysHowToAsk() {
    gateway.prometheus.answer(200, "application/json", new byte[200_000], true);
    HttpResponse<String> response = http.get(EXAMPLE);
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("ask for fewer groups");
  }

  @Test
  void answers503WhilePrometheusIsAway() {
    gateway.prometheus.close();
    HttpResponse<String> response = http.get(EXAMPLE);
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(response.body()).contains("Prometheus cannot be reached");
  }

  @Test
  void refusesMoreQueriesThanMayRunAndWait() throws Exception {
    gateway.prometheus.block();
    List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      running.add(http.getAsync(EXAMPLE));
    }
    gateway.prometheus.awaitBlocked(2);
    HttpResponse<String> refused =
        await()
            .atMost(SOON)
            .until(
                () -> http.getAsync(EXAMPLE).get(60, TimeUnit.SECONDS), r -> r.statusCode() == 429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    gateway.prometheus.release();
    for (CompletableFuture<HttpResponse<String>> query : running) {
      assertThat(query.get(60, TimeUnit.SECONDS).statusCode()).isIn(200, 504);
    }
  }

  // ---- Prometheus' API ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api/v1/query?query=up | /prom/api/v1/query",
        "api/v1/query_range?query=up&start=1&end=60&step=15 | /prom/api/v1/query_range",
        "api/v1/labels | /prom/api/v1/labels",
        "api/v1/label/job/values | /prom/api/v1/label/job/values",
        "api/v1/series?match%5B%5D=up | /prom/api/v1/series",
        "api/v1/metadata | /prom/api/v1/metadata",
        "api/v1/status/buildinfo | /prom/api/v1/status/buildinfo"
      })
  void passesPrometheusAnswersThroughAsTheyAre(String call, String path) {
    String words = "{\"status\":\"success\", \"data\":[ 1.00 ]}";
    gateway.prometheus.answer(200, words);
    HttpResponse<String> response = http.get(call);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(words);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(gateway.prometheus.last().path()).isEqualTo(path);
  }

  @Test
  void takesFormsAsGrafanaSendsThemAndPassesThemOnInABody() {
    String query = "sum by (job) (rate(up{job=~\"a+b|c&d\"}[5m])) + 1";
    HttpResponse<String> response =
        http.send(
            "POST",
            "api/v1/query_range?step=15",
            ("query=" + encoded(query) + "&start=0&end=60").getBytes(UTF_8),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    Heard heard = gateway.prometheus.last();
    assertThat(heard.method()).isEqualTo("POST");
    assertThat(heard.parameter("query")).isEqualTo(query);
    assertThat(heard.parameter("step")).isEqualTo("15");
    assertThat(heard.parameter("timeout")).isEqualTo("1");
  }

  @Test
  void keepsALabelOnePartOfThePath() {
    http.get("api/v1/label/" + encoded("../../admin") + "/values");
    assertThat(gateway.prometheus.last().path())
        .isEqualTo("/prom/api/v1/label/..%2F..%2Fadmin/values");
    http.get("api/v1/label/a%20b/values?match%5B%5D=x&match%5B%5D=y");
    assertThat(gateway.prometheus.last().path()).isEqualTo("/prom/api/v1/label/a%20b/values");
    assertThat(gateway.prometheus.last().form().get("match[]")).containsExactly("x", "y");
  }

  @Test
  void passesPrometheusErrorsThroughInTheirShape() {
    String words = "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}";
    gateway.prometheus.answer(400, words);
    HttpResponse<String> response = http.get("api/v1/query?query=sum(");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api/v1/query | query",
        "api/v1/query_range?query=up&start=0&end=99999&step=1 | step",
        "api/v1/query_range?query=up&start=0&end=99999999&step=1d | start",
        "api/v1/series | match[]"
      })
  void holdsQueriesToTheLimitsInPrometheusShape(String call, String parameter) {
    HttpResponse<String> response = http.get(call);
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode error = json(response);
    assertThat(error.path("status").asText()).isEqualTo("error");
    assertThat(error.path("errorType").asText()).isEqualTo("bad_data");
    assertThat(error.path("error").asText()).contains("\"" + parameter + "\"");
    assertThat(gateway.prometheus.heard()).isEmpty();
  }

  @Test
  void saysInPrometheusShapeThatItIsAway() {
    gateway.prometheus.close();
    HttpResponse<String> response = http.get("api/v1/query?query=up");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(json(response).path("errorType").asText()).isEqualTo("unavailable");
    assertThat(json(response).path("error").asText()).contains("Prometheus cannot be reached");
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void saysInPrometheusShapeThatItIsTooSlow() {
    gateway.prometheus.block();
    HttpResponse<String> response = http.get("api/v1/query?query=up");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(json(response).path("errorType").asText()).isEqualTo("timeout");
  }

  @ParameterizedTest
  @CsvSource({
    "401, text/plain, 502, internal",
    "502, text/html, 503, unavailable",
    "404, text/plain, 404, not_found"
  })
  void turnsWhatIsNotPrometheusIntoItsShape(
      int status, String contentType, int expected, String type) {
    gateway.prometheus.answer(status, contentType, "<h1>nginx</h1>".getBytes(UTF_8), false);
    HttpResponse<String> response = http.get("api/v1/query?query=up");
    assertThat(response.statusCode()).isEqualTo(expected);
    assertThat(json(response).path("errorType").asText()).isEqualTo(type);
  }

  @Test
  void refusesALargeAnswerOrCutsItOffSoThatItCannotBeTakenForWhole() {
    gateway.prometheus.answer(200, "application/json", new byte[200_000], false);
    HttpResponse<String> known = http.get("api/v1/query?query=up");
    assertThat(known.statusCode()).isEqualTo(422);
    assertThat(json(known).path("error").asText()).contains("larger than 102400 bytes");
    gateway.prometheus.answer(200, "application/json", new byte[2_000_000], true);
    assertThatThrownBy(() -> http.get("api/v1/query?query=up"))
        .hasCauseInstanceOf(java.io.IOException.class);
    assertThat(http.get("metrics").body())
        .contains("weir_metrics_cut_total{operation=\"query\"} 2.0");
  }

  @Test
  void refusesMorePassesThanMayRunAndWaitAndLetsThemInAgain() throws Exception {
    gateway.prometheus.block();
    List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      running.add(http.getAsync("api/v1/query?query=up"));
    }
    gateway.prometheus.awaitBlocked(2);
    HttpResponse<String> refused = http.get("api/v1/query?query=up");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(json(refused).path("errorType").asText()).isEqualTo("unavailable");
    gateway.prometheus.release();
    for (CompletableFuture<HttpResponse<String>> pass : running) {
      pass.get(60, TimeUnit.SECONDS);
    }
    assertThat(http.get("api/v1/query?query=up").statusCode()).isEqualTo(200);
  }

  @Test
  void stopsAskingWhenTheClientGoesAway() throws Exception {
    gateway.prometheus.block();
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      OutputStream out = socket.getOutputStream();
      out.write("GET /api/v1/query?query=up HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      out.flush();
      gateway.prometheus.awaitBlocked(1);
    }
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(http.get("metrics").body())
                    .contains("weir_metrics_cancelled_total{operation=\"query\"} 1.0"));
  }

  @Test
  void refusesFormsThatAreNone() {
    HttpResponse<String> json = http.post("api/v1/query", "{\"query\":\"up\"}");
    assertThat(json.statusCode()).isEqualTo(415);
    HttpResponse<String> large =
        http.send(
            "POST",
            "api/v1/query",
            ("query=" + "x".repeat(300_000)).getBytes(UTF_8),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(large.statusCode()).isEqualTo(413);
    HttpResponse<String> broken =
        http.send(
            "POST",
            "api/v1/query",
            "query=%zz".getBytes(UTF_8),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(gateway.prometheus.heard()).isEmpty();
  }

  @Test
  void startsAlone() {
    try (TestingGateway alone = new TestingGateway("roles", "metrics")) {
      HttpTester tester = new HttpTester(alone);
      assertThat(tester.get("api/v1/query?query=up").statusCode()).isEqualTo(200);
      assertThat(tester.ok("ready").path("roles").toString()).isEqualTo("{\"metrics\":\"ready\"}");
      assertThat(tester.get("alerts").body()).contains("without the role 'rules'");
      assertThat(tester.get("logs/search").statusCode()).isEqualTo(404);
    }
  }
}
