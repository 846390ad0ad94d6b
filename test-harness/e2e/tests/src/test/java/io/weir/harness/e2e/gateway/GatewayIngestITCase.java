package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ingest role of the shipped gateway in front of a real Kafka. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayIngestITCase {
  private static final String TOPIC = "gateway-ingest";
  private static final String POINTS = "gateway-points";
  private static final int PARTITIONS = 3;

  private KafkaBroker kafka;
  private GatewayProcess gateway;
  private Api api;

  @BeforeAll
  void start(SharedNodes nodes, KafkaBroker sharedKafka) throws Exception {
    kafka = sharedKafka;
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, PARTITIONS, (short) 1),
                  new NewTopic(POINTS, PARTITIONS, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-ingest")
            .option("roles", "ingest")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("kafka.metrics-topic", POINTS)
            .option("ingest.ack-timeout", "2s")
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
  }

  @Test
  void putsEachEventOnThePartitionOfItsServiceAsItWasWritten() {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      events.add(
          "{\"service\":\"placed-" + i % 10 + "\",\"message\":\"caf\u00e9 " + i + "\",\"n\":1.00}");
    }
    HttpResponse<String> response = api.ingest(batch(events));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(HotLogs.json(response.body()).path("accepted").asInt()).isEqualTo(300);
    // Accepted means acknowledged: everything can be read at once, without waiting.
    List<ConsumerRecord<byte[], byte[]>> records = records("placed-");
    assertThat(records).hasSize(300);
    assertThat(records)
        .extracting(record -> new String(record.value(), UTF_8))
        .extracting(value -> value.replaceFirst("\\{\"id\":\"weir-[0-9a-f-]{36}\",", "{"))
        .containsExactlyInAnyOrderElementsOf(events);
    assertThat(records)
        .extracting(record -> json(record).path("id").asText())
        .doesNotHaveDuplicates();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      assertThat(new String(record.key(), UTF_8)).isEqualTo(json(record).path("service").asText());
      assertThat(record.partition())
          .isEqualTo(Utils.toPositive(Utils.murmur2(record.key())) % PARTITIONS);
    }
  }

  @Test
  void takesGzipAndZstdAndGivesStableIdsUnderAKey() throws IOException {
    byte[] body = batch(List.of(event("packed", "1"), event("packed", "2"))).getBytes(UTF_8);
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(gzipped)) {
      gzip.write(body);
    }
    assertThat(api.ingest(gzipped.toByteArray(), "gzip", "again").statusCode()).isEqualTo(202);
    assertThat(api.ingest(Zstd.compress(body), "zstd", "again").statusCode()).isEqualTo(202);
    Map<String, List<String>> messages =
        records("packed").stream()
            .map(GatewayIngestITCase::json)
            .collect(
                Collectors.groupingBy(
                    event -> event.path("id").asText(),
                    Collectors.mapping(
                        event -> event.path("message").asText(), Collectors.toList())));
    assertThat(messages).hasSize(2).doesNotContainKey("");
    assertThat(messages.values()).containsExactlyInAnyOrder(List.of("1", "1"), List.of("2", "2"));
    assertThat(api.ingest(body, "br", "").statusCode()).isEqualTo(415);
    byte[] bomb = Zstd.compress(new byte[40 << 20]);
    assertThat(api.ingest(bomb, "zstd", "").statusCode()).isEqualTo(413);
  }

  @Test
  void rejectsSingleEventsAndNamesThem() {
    HttpResponse<String> response =
        api.ingest(
            batch(
                List.of(
                    event("picky", "1"),
                    "{\"message\":\"whose?\"}",
                    "[]",
                    event("picky", "x".repeat(2 << 20)),
                    event("picky", "2"))));
    assertThat(response.statusCode()).isEqualTo(202);
    JsonNode result = HotLogs.json(response.body());
    assertThat(result.path("accepted").asInt()).isEqualTo(2);
    List<String> rejected = new ArrayList<>();
    result
        .path("rejected")
        .forEach(
            entry ->
                rejected.add(entry.path("index").asInt() + " " + entry.path("reason").asText()));
    assertThat(rejected)
        .containsExactly("1 missing_service", "2 not_an_object", "3 record_too_large");
    assertThat(records("picky")).hasSize(2);
    HttpResponse<String> none = api.ingest(batch(List.of("{\"message\":\"whose?\"}")));
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(HotLogs.json(none.body()).path("rejected")).hasSize(1);
  }

  /** The largest bodies that it takes, more at once than its heap could hold. */
  @Test
  void refusesWhatItsMemoryCannotHoldAndGoesOn() throws Exception {
    String event = event("large", "x".repeat(3_100));
    byte[] body = Zstd.compress(batch(Collections.nCopies(10_000, event)).getBytes(UTF_8));
    long pid = gateway.process().pid();
    Set<Integer> answers = ConcurrentHashMap.newKeySet();
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try {
      List<Future<Integer>> sent = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        sent.add(clients.submit(() -> api.ingest(body, "zstd", "").statusCode()));
      }
      for (Future<Integer> answer : sent) {
        answers.add(answer.get(120, TimeUnit.SECONDS));
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(answers).isSubsetOf(202, 429, 503);
    assertThat(gateway.process().pid()).isEqualTo(pid);
    assertThat(Files.readString(gateway.process().logFile())).doesNotContain("OutOfMemoryError");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> api.ingest(batch(List.of(event("large", "after")))).statusCode() == 202);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> api.call("metrics").body().contains("weir_ingest_in_flight_bytes 0.0"));
  }

  @Test
  void answers503WithRetryAfterWhileKafkaIsAwayAndRecoversWithIt() {
    assertThat(api.ingest(batch(List.of(event("outage", "before")))).statusCode()).isEqualTo(202);
    kafka.process().stop();
    try {
      HttpResponse<String> refused = api.ingest(batch(List.of(event("outage", "during"))));
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
      await().atMost(Duration.ofSeconds(30)).until(() -> api.call("ready").statusCode() == 503);
      assertThat(api.call("health").statusCode()).isEqualTo(200);
    } finally {
      kafka.start();
      kafka.awaitReady();
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> api.ingest(batch(List.of(event("outage", "after")))).statusCode() == 202);
    assertThat(records("outage").stream().map(record -> json(record).path("message").asText()))
        .contains("before", "after");
  }

  @Test
  void putsEachPointOnThePartitionOfItsMetric() {
    List<String> points = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      points.add(
          "{\"metric\":\"placed."
              + i % 10
              + "\",\"value\":1.50,\"timestamp\":\"2026-03-29T10:00:00Z\",\"tags\":{\"n\":"
              + i
              + "}}");
    }
    HttpResponse<String> response =
        api.json("POST", "ingest/metrics", "{\"points\":[" + String.join(",", points) + "]}", "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    List<ConsumerRecord<byte[], byte[]>> records = records(POINTS, "placed_");
    assertThat(records).hasSize(300);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      assertThat(record.partition())
          .isEqualTo(Utils.toPositive(Utils.murmur2(record.key())) % PARTITIONS);
      assertThat(MetricPointJson.decode(record.value()).value()).isEqualTo(1.5);
    }
  }

  /** A Prometheus that scrapes the gateway and sends it what it has scraped. */
  @Test
  void takesWhatAnAgentPushes(SharedNodes nodes) {
    PrometheusNode agent =
        PrometheusNode.builder(nodes.directories())
            .name("gateway-agent")
            .scrapeJob("gateway")
            .scrapeInterval(Duration.ofSeconds(1))
            .remoteWrite(gateway.uri().resolve("api/v1/write"))
            .build();
    try (agent) {
      agent.start();
      agent.awaitReady();
      agent.scrape(
          "gateway", Map.of(gateway.uri().getAuthority(), Map.of("__metrics_path__", "/metrics")));
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                MetricPoint up =
                    records(POINTS, "up").stream()
                        .map(record -> MetricPointJson.decode(record.value()))
                        .findFirst()
                        .orElseThrow();
                assertThat(up.value()).isEqualTo(1);
                assertThat(up.tags()).containsEntry("job", "gateway");
                assertThat(
                        records(POINTS, "weir_ingest_points_total").stream()
                            .map(record -> MetricPointJson.decode(record.value()).type()))
                    .contains(MetricType.COUNTER);
              });
    }
    assertThat(api.call("metrics").body())
        .contains("weir_ingest_points_total{outcome=\"accepted\",protocol=\"remote_write\"}")
        .doesNotContain("weir_ingest_rejected_points_total{reason=\"invalid_labels\"}");
  }

  @Test
  void countsWhatItDid() {
    api.ingest(batch(List.of(event("counted", "1"), "{}")));
    assertThat(api.call("metrics").body())
        .contains("weir_ingest_events_total{outcome=\"accepted\"}")
        .contains("weir_ingest_rejected_events_total{reason=\"missing_service\"}")
        .contains("weir_ingest_in_flight_bytes 0.0");
    assertThat(api.call("logs/search").statusCode()).isEqualTo(404);
  }

  private static String event(String service, String message) {
    return "{\"service\":\"" + service + "\",\"message\":\"" + message + "\"}";
  }

  private static String batch(List<String> events) {
    return "{\"events\":[" + String.join(",", events) + "]}";
  }

  private static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
    return HotLogs.json(new String(record.value(), UTF_8));
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String servicePrefix) {
    return records(TOPIC, servicePrefix);
  }

  /** Reads a whole topic as it stands now. */
  private List<ConsumerRecord<byte[], byte[]>> records(String topic, String keyPrefix) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream()
          .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (new String(record.key(), UTF_8).startsWith(keyPrefix)) {
            found.add(record);
          }
        }
      }
    }
    return found;
  }
}
