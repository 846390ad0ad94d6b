package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.search.StoreException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator finds in the log of slow searches and of those that a store failed. */
@Timeout(120)
class CallLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aSlowSearchIsNotedWithWhatWasAsked() throws Exception {
    try (Logged logged = new Logged();
        TestingGateway gateway = new TestingGateway("http.slow-call", "20ms")) {
      HttpTester http = new HttpTester(gateway);
      gateway.store.block(1);
      CompletableFuture<HttpResponse<String>> slow =
          http.getAsync("logs/search?q=level%3AERROR&from=now-1h");
      gateway.store.awaitBlocked();
      long blocked = System.nanoTime();
      await().until(() -> System.nanoTime() - blocked > Duration.ofMillis(20).toNanos());
      gateway.store.release();
      assertThat(slow.join().statusCode()).isEqualTo(200);

      JsonNode line = JSON.readTree(onlyLine(logged));
      assertThat(line.path("call").asText()).isEqualTo("slow");
      assertThat(line.path("operation").asText()).isEqualTo("search");
      assertThat(line.path("query").asText()).isEqualTo("q=level%3AERROR&from=now-1h");
      assertThat(line.path("millis").asLong()).isGreaterThanOrEqualTo(20);
      assertThat(line.has("reason")).isFalse();
    }
  }

  @Test
  void aSearchThatTheStoreFailedIsNotedWithTheReasonAndOneThatIsQuickIsNot() throws Exception {
    try (Logged logged = new Logged();
        TestingGateway gateway = new TestingGateway("http.slow-call", "1h")) {
      HttpTester http = new HttpTester(gateway);
      assertThat(http.get("logs/search?q=quick").statusCode()).isEqualTo(200);
      gateway.store.fail(
          new StoreException(StoreException.Kind.TIMEOUT, "no answer within 10 s", null));
      String longQuery = "x".repeat(3 * CallLog.MAX_QUERY);
      assertThat(http.get("logs/search?q=" + longQuery).statusCode()).isEqualTo(504);

      JsonNode line = JSON.readTree(onlyLine(logged));
      assertThat(line.path("call").asText()).isEqualTo("failed");
      assertThat(line.path("reason").asText()).isEqualTo("TIMEOUT: no answer within 10 s");
      assertThat(line.path("query").asText()).hasSize(CallLog.MAX_QUERY);
    }
  }

  @Test
  void aQueryThatPrometheusFailedIsNotedWithItsForm() throws Exception {
    try (Logged logged = new Logged();
        TestingGateway gateway = new TestingGateway("http.slow-call", "1h")) {
      HttpTester http = new HttpTester(gateway);
      gateway.prometheus.answer(400, "{\"status\":\"error\",\"errorType\":\"bad_data\"}");
      assertThat(http.get("api/v1/query?query=theirs").statusCode()).isEqualTo(400);
      gateway.prometheus.answer(
          404, "text/html", "<p>an old Prometheus</p>".getBytes(UTF_8), false);
      assertThat(http.get("api/v1/status/buildinfo").statusCode()).isEqualTo(404);
      gateway.prometheus.answer(503, "{\"status\":\"error\",\"errorType\":\"timeout\"}");
      HttpResponse<String> answer =
          http.send(
              "POST",
              "api/v1/query",
              "query=sum(up)".getBytes(UTF_8),
              "Content-Type",
              "application/x-www-form-urlencoded");
      assertThat(answer.statusCode()).isEqualTo(503);

      JsonNode line = JSON.readTree(onlyLine(logged));
      assertThat(line.path("call").asText()).isEqualTo("failed");
      assertThat(line.path("operation").asText()).isEqualTo("query");
      assertThat(line.path("path").asText()).isEqualTo("/api/v1/query");
      assertThat(line.path("query").asText()).startsWith("query=sum%28up%29");
      assertThat(line.path("reason").asText()).isEqualTo("Prometheus answered with status 503");
    }
  }

  @Test
  void aFloodIsCountedAndNotWrittenDown() throws Exception {
    try (Logged logged = new Logged();
        TestingGateway gateway = new TestingGateway()) {
      HttpTester http = new HttpTester(gateway);
      gateway.store.fail(
          new StoreException(StoreException.Kind.UNAVAILABLE, "nobody listens", null));
      long start = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        assertThat(http.get("logs/search").statusCode()).isEqualTo(503);
      }
      long seconds = 2 + (System.nanoTime() - start) / 1_000_000_000;
      assertThat(logged.of(CallLog.class.getName()))
          .isNotEmpty()
          .hasSizeLessThanOrEqualTo((int) (10 * seconds));
    }
  }

  private static String onlyLine(Logged logged) {
    List<String> lines =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> logged.of(CallLog.class.getName()), some -> !some.isEmpty());
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }
}
