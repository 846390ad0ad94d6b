package io.weir.gateway.http;

import static io.weir.gateway.http.HttpTester.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.PublishException;
import io.weir.gateway.ingest.WriteRequests;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** Points over real HTTP, as JSON and by remote write, in front of a topic in memory. */
class IngestPointsTest {
  private static final long T10 = 1_774_778_400_000L;
  private static final String POINT =
      "{\"metric\":\"m\",\"value\":1,\"timestamp\":\"2026-03-29T10:00:00Z\"}";

  private final TestingGateway gateway =
      new TestingGateway(
          "ingest.max-body-bytes", "64KiB",
          "ingest.max-inflated-bytes", "256KiB",
          "ingest.max-in-flight-bytes", "1MiB");
  private final HttpTester http = new HttpTester(gateway);

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void acceptsPointsOnceTheyAreAcknowledgedAndNamesThoseItRejects() {
    HttpResponse<String> response =
        http.post("ingest/metrics", "{\"points\":[" + POINT + ",{\"metric\":\"m\"}]}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    JsonNode result = json(response);
    assertThat(result.path("accepted").asInt()).isOne();
    assertThat(result.path("rejected").get(0).path("index").asInt()).isOne();
    assertThat(result.path("rejected").get(0).path("reason").asText()).isEqualTo("invalid_value");
    assertThat(gateway.points.published()).hasSize(1);
    assertThat(gateway.publisher.published()).isEmpty();
    assertThat(http.get("metrics").body())
        .contains("weir_ingest_points_total{outcome=\"accepted\",protocol=\"json\"} 1.0")
        .contains("weir_ingest_rejected_points_total{reason=\"invalid_value\"} 1.0");
  }

  @Test
  void answersWith400WhenNoPointCouldBeTaken() {
    HttpResponse<String> response = http.post("ingest/metrics", "{\"points\":[{}]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("type").asText())
        .isEqualTo("urn:weir:problem:all-points-rejected");
    assertThat(json(response).path("rejected")).hasSize(1);
  }

  @Test
  void takesWhatAgentsPush() throws IOException {
    HttpResponse<String> response =
        write(
            new WriteRequests()
                .series(
                    List.of("__name__", "http_requests_total", "job", "a"),
                    new double[] {5, Double.NaN},
                    T10)
                .bytes());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
    assertThat(gateway.points.published()).hasSize(1);
    assertThat(gateway.points.published().get(0).key()).isEqualTo("http_requests_total");
    assertThat(new String(gateway.points.published().get(0).value(), UTF_8))
        .isEqualTo(
            "{\"metric\":\"http_requests_total\",\"value\":5,\"timestamp\":1774778400000,"
                + "\"tags\":{\"job\":\"a\"},\"type\":\"counter\"}");
    assertThat(http.get("metrics").body())
        .contains("weir_ingest_points_total{outcome=\"accepted\",protocol=\"remote_write\"} 1.0")
        .contains("weir_ingest_skipped_samples_total{reason=\"not_finite\"} 1.0");
  }

  @Test
  void takesARequestThatHasOnlyWhatIsNoPoint() throws IOException {
    assertThat(write(new WriteRequests().histogram("h").bytes()).statusCode()).isEqualTo(204);
    assertThat(write(new byte[0]).statusCode()).isEqualTo(204);
  }

  @Test
  void saysWithA400WhatItCouldNotTakeAndTakesTheRest() throws IOException {
    HttpResponse<String> response =
        write(
            new WriteRequests()
                .series(List.of("job", "nameless"), new double[] {1}, T10)
                .series(List.of("__name__", "a"), new double[] {1}, T10)
                .bytes());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("detail").asText())
        .isEqualTo("1 samples were rejected and 1 taken; the first: there is no label __name__");
    assertThat(gateway.points.published()).hasSize(1);
  }

  @Test
  void asksAgentsToComeAgainWhenKafkaDoesNotAcknowledge() throws IOException {
    gateway.points.fail(new PublishException("Kafka is away", 0, null));
    HttpResponse<String> response = write(WriteRequests.of("a", 1, T10));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("2");
    assertThat(http.post("ingest/metrics", "{\"points\":[" + POINT + "]}").statusCode())
        .isEqualTo(503);
  }

  @Test
  void reportsWhatKafkaRefuses() {
    gateway.points.refuse(Map.of(0, "too large"));
    JsonNode result =
        json(http.post("ingest/metrics", "{\"points\":[{}," + POINT + "," + POINT + "]}"));
    assertThat(result.path("accepted").asInt()).isOne();
    assertThat(result.path("rejected").findValuesAsText("reason"))
        .containsExactly("invalid_metric", "refused_by_kafka");
  }

  @Test
  void refusesOtherProtocolsSoThatAgentsFallBack() throws IOException {
    byte[] body = Snappy.compress(WriteRequests.of("a", 1, T10));
    assertThat(
            http.send(
                    "POST",
                    "api/v1/write",
                    body,
                    "Content-Type",
                    "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                    "Content-Encoding",
                    "snappy")
                .statusCode())
        .isEqualTo(415);
    assertThat(
            http.send(
                    "POST",
                    "api/v1/write",
                    body,
                    "Content-Type",
                    "application/x-protobuf;proto=prometheus.WriteRequest",
                    "Content-Encoding",
                    "snappy")
                .statusCode())
        .isEqualTo(204);
    HttpResponse<String> zstd =
        http.send(
            "POST",
            "api/v1/write",
            body,
            "Content-Type",
            "application/x-protobuf",
            "Content-Encoding",
            "zstd");
    assertThat(zstd.statusCode()).isEqualTo(415);
    assertThat(zstd.headers().firstValue("Accept-Encoding")).contains("snappy");
    assertThat(
            http.send(
                    "POST",
                    "ingest/metrics",
                    body,
                    "Content-Type",
                    "application/json",
                    "Content-Encoding",
                    "snappy")
                .statusCode())
        .isEqualTo(415);
  }

  @Test
  void refusesBodiesThatAreBrokenOrTooLarge() throws IOException {
    assertThat(post("no snappy".getBytes(UTF_8)).statusCode()).isEqualTo(400);
    assertThat(write("no protobuf".getBytes(UTF_8)).statusCode()).isEqualTo(400);
    assertThat(write(new byte[300_000]).statusCode()).isEqualTo(413);
    assertThat(post(new byte[100_000]).statusCode()).isEqualTo(413);
    // Says that it will unfold to 4 GiB.
    assertThat(
            post(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0, 1})
                .statusCode())
        .isIn(400, 413);
    assertThat(gateway.budget.used()).isZero();
  }

  @Test
  void sharesItsMemoryWithLogs() throws IOException {
    try (MemoryBudget.Reservation others = gateway.budget.reserve()) {
      others.grow((1 << 20) - 10);
      assertThat(write(WriteRequests.of("a", 1, T10)).statusCode()).isEqualTo(503);
    }
    assertThat(write(WriteRequests.of("a", 1, T10)).statusCode()).isEqualTo(204);
  }

  private HttpResponse<String> write(byte[] request) throws IOException {
    return post(Snappy.compress(request));
  }

  private HttpResponse<String> post(byte[] body) {
    return http.send(
        "POST",
        "api/v1/write",
        body,
        "Content-Type",
        "application/x-protobuf",
        "Content-Encoding",
        "snappy",
        "X-Prometheus-Remote-Write-Version",
        "0.1.0");
  }
}
