package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The full circle: what goes in at the gateway is found through the gateway. */
@ExtendWith(SharedNodes.class)
class IngestToSearchITCase {
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void findsWhatWasIngested(SharedNodes nodes) throws Exception {
    String name = "proof-circle";
    try (LogsPipeline pipeline = new LogsPipeline(nodes, name).start();
        GatewayProcess gateway =
            GatewayProcess.builder(nodes.directories())
                .name("gateway-circle")
                .option("kafka.bootstrap-servers", nodes.kafka().bootstrapServers())
                .option("kafka.logs-topic", name)
                .option("elasticsearch.hosts", nodes.elasticsearch().uri().toString())
                .option("archive.uri", "s3://" + name + "/logs")
                .option("archive.s3.endpoint", nodes.objectStore().endpoint().toString())
                .option("archive.s3.path-style", "true")
                .option("archive.s3.access-key", ObjectStore.ACCESS_KEY)
                .option("archive.s3.secret-key", ObjectStore.SECRET_KEY)
                .build()) {
      gateway.start();
      gateway.awaitReady();
      // DuckDB, the oracle's reader, cuts UTC nanoseconds to microseconds; that the archive keeps
      // all
      // nine digits is shown by the archive's own tests.
      String now = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
      String body =
          """
          {"events": [
            {"timestamp": "%s", "service": "circle-payments", "host": "web-1", "level": "ERROR",
             "message": "connection refused by ledger-db", "fields": {"user_id": "42"}},
            {"@timestamp": "%s", "service": "circle-payments", "host": "web-2", "severity": "warning",
             "msg": "ledger-db answers slowly", "user_id": "43"},
            {"service": "circle-payments", "message": "no time, no level, all is well"},
            {"service": "circle-payments", "level": "INFO"}
          ]}\
          """
              .formatted(now, now);
      HttpResponse<String> ingested =
          post(gateway.uri().resolve("/ingest/logs"), body, "circle-batch-1");
      // As a client does whose connection broke before the answer.
      HttpResponse<String> repeated =
          post(gateway.uri().resolve("/ingest/logs"), body, "circle-batch-1");
      assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(202);
      assertThat(ingested.statusCode()).as(ingested.body()).isEqualTo(202);
      JsonNode answer = mapper.readTree(ingested.body());
      assertThat(answer.path("accepted").asInt()).isEqualTo(3);
      assertThat(answer.path("rejected")).hasSize(1);
      assertThat(answer.path("rejected").get(0).path("index").asInt()).isEqualTo(3);

      await("three events are found")
          .atMost(Duration.ofSeconds(60))
          // 503 as long as Elasticsearch has not placed the shard of the new index.
          .untilAsserted(
              () -> assertThat(search(gateway, "service:circle-payments").path("logs")).hasSize(3));
      assertThat(messages(search(gateway, "service:circle-payments \"connection refused\"")))
          .containsExactly("connection refused by ledger-db");
      assertThat(messages(search(gateway, "service:circle-payments user_id:43 level:WARN")))
          .containsExactly("ledger-db answers slowly");
      assertThat(messages(search(gateway, "service:circle-payments -level:(ERROR OR WARN)")))
          .containsExactly("no time, no level, all is well");
      assertThat(messages(search(gateway, "service:circle-payments host:web-* NOT refused")))
          .containsExactly("ledger-db answers slowly");

      pipeline.oracle().awaitOutcomes(Duration.ofMinutes(3));
      DeliveryReport report = pipeline.oracle().check();
      assertThat(report.problems()).isEmpty();
      assertThat(report.input()).isEqualTo(6);
      assertThat(report.rows()).isEqualTo(3);
      assertThat(report.documents()).isEqualTo(3);
      assertThat(report.deadLetters()).containsOnly(entry("all duplicate", 3L));
    }
  }

  private JsonNode search(GatewayProcess gateway, String query) throws Exception {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(gateway.uri().resolve("/logs/search?from=now-10m&q=" + encoded))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return mapper.readTree(response.body());
  }

  private static Iterable<String> messages(JsonNode page) {
    return page.path("logs").findValuesAsText("message");
  }

  private HttpResponse<String> post(URI uri, String body, String key)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
