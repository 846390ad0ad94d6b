package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.AlertStateJson;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.RecordOrigin;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules role of two shipped gateways over the topics of a real Kafka. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayRulesITCase {
  private static final String RULES = "gateway-alert-rules";
  private static final String DASHBOARDS = "gateway-dashboards";
  private static final String STATES = "gateway-alert-state";
  private static final String LETTERS = "gateway-rules-letters";
  private static final Duration SOON = Duration.ofSeconds(60);

  private KafkaBroker kafka;
  private SharedNodes nodes;
  private GatewayProcess first;
  private GatewayProcess second;
  private Api one;
  private Api two;

  @BeforeAll
  void start(SharedNodes sharedNodes, KafkaBroker sharedKafka) throws Exception {
    nodes = sharedNodes;
    kafka = sharedKafka;
    // The cleaner passes as often as it can, so that a test can wait for it.
    Map<String, String> compacted =
        Map.of(
            "cleanup.policy", "compact",
            "segment.ms", "500",
            "min.cleanable.dirty.ratio", "0.001",
            "min.compaction.lag.ms", "0");
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(RULES, 1, (short) 1).configs(compacted),
                  new NewTopic(DASHBOARDS, 1, (short) 1).configs(compacted),
                  new NewTopic(STATES, 4, (short) 1).configs(compacted)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    new KafkaTopic(kafka, LETTERS).create(3);
    first = gateway("gateway-rules-1");
    second = gateway("gateway-rules-2");
    one = new Api(first);
    two = new Api(second);
  }

  private GatewayProcess gateway(String name) {
    GatewayProcess gateway =
        GatewayProcess.builder(nodes.directories())
            .name(name)
            .option("roles", "rules")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.alert-rules-topic", RULES)
            .option("kafka.dashboards-topic", DASHBOARDS)
            .option("kafka.alert-state-topic", STATES)
            .option("kafka.logs-dead-letters-topic", LETTERS)
            // On a busy machine a look would end for want of time.
            .option("pipeline.request-timeout", "90s")
            .build();
    gateway.start();
    gateway.awaitReady();
    return gateway;
  }

  @AfterAll
  void stop() {
    for (GatewayProcess gateway : new GatewayProcess[] {first, second}) {
      if (gateway != null) {
        gateway.close();
      }
    }
  }

  @Test
  void readsItsOwnWriteAtOnceAndTheOtherGatewaySoon() {
    HttpResponse<String> created = one.json("POST", "alerts", rule("http_error_rate", 0.01), "");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String id = HotLogs.json(created.body()).path("alert_id").asText();
    String etag = created.headers().firstValue("ETag").orElseThrow();
    JsonNode mine = one.get("alerts/" + id);
    assertThat(mine.path("metric").asText()).isEqualTo("http_error_rate");
    assertThat(etag).isEqualTo('"' + mine.path("version").asText() + '"');
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(two.call("alerts/" + id).statusCode()).isEqualTo(200));
    assertThat(two.get("alerts/" + id)).isEqualTo(mine);

    HttpResponse<String> changed =
        two.json("PUT", "alerts/" + id, rule("http_error_rate", 0.05), etag);
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(two.get("alerts/" + id).path("threshold").asDouble()).isEqualTo(0.05);
    HttpResponse<String> stale =
        one.json("PUT", "alerts/" + id, rule("http_error_rate", 0.07), etag);
    assertThat(stale.statusCode()).as(stale.body()).isEqualTo(412);

    assertThat(one.json("DELETE", "alerts/" + id, "", "").statusCode()).isEqualTo(204);
    assertThat(one.call("alerts/" + id).statusCode()).isEqualTo(404);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(two.call("alerts/" + id).statusCode()).isEqualTo(404));
  }

  /** 90 MB, which is more than one look reads. */
  @Test
  void showsTheNewestOfManyLargeDeadLettersAndFindsTheOldest() {
    int count = 1_500;
    byte[] record = "x".repeat(60_000).getBytes(UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "gzip"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int offset = 0; offset < count; offset++) {
        producer.send(letter(offset, "not_json", record));
      }
      producer.flush();
      producer.send(letter(count, "missing_service", record));
    }
    String letters = "pipeline/dead-letters?of=logs";
    JsonNode newest = one.get(letters + "&limit=50");
    assertThat(newest.path("retained").asInt()).isEqualTo(count + 1);
    assertThat(newest.path("letters").findValuesAsText("reason")).contains("missing_service");
    assertThat(newest.path("complete").asBoolean()).isFalse();

    JsonNode oldest = one.get(letters + "&topic=logs&partition=3&offset=0&payload=whole");
    assertThat(oldest.path("complete").asBoolean()).isTrue();
    assertThat(oldest.path("looked_at").asInt()).as("of one partition").isLessThan(count);
    assertThat(oldest.path("letters")).hasSize(1);
    assertThat(oldest.path("letters").get(0).path("payload").asText()).hasSize(record.length);

    List<Integer> seen = new ArrayList<>();
    JsonNode cursor = null;
    do {
      JsonNode page =
          one.get(letters + "&limit=500" + (cursor == null ? "" : "&cursor=" + cursor.asText()));
      page.path("letters").forEach(letter -> seen.add(letter.path("offset").asInt()));
      cursor = page.path("next_cursor");
    } while (!cursor.isNull());
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(0, count).boxed().toList());
  }

  private static ProducerRecord<byte[], byte[]> letter(long offset, String reason, byte[] record) {
    DeadLetter letter =
        new DeadLetter(
            new RecordOrigin("logs", "it000", 3, offset, 1_774_778_400_000L),
            DeadLetter.Stage.PARSE,
            DeadLetter.Store.ALL,
            reason,
            "words",
            DeadLetter.PayloadKind.RECORD,
            record);
    return new ProducerRecord<>(
        LETTERS,
        DeadLetterJson.key(letter.origin()).getBytes(UTF_8),
        DeadLetterJson.encode(letter));
  }

  /** What the topic's last record says is what all who read it agree on: no update is lost. */
  @Test
  void losesNoUpdateWhenTwoGatewaysWriteTheSameDocumentAtTheSameTime() throws Exception {
    assertThat(one.json("POST", "dashboards", board("counter", 60), "").statusCode())
        .isEqualTo(201);
    int writers = 4;
    int increments = 8;
    List<CompletableFuture<Integer>> running = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      Api api = i % 2 == 0 ? one : two;
      running.add(CompletableFuture.supplyAsync(() -> increment(api, increments)));
    }
    int conflicts = 0;
    for (CompletableFuture<Integer> writer : running) {
      conflicts += writer.get(180, TimeUnit.SECONDS);
    }
    assertThat(conflicts).as("writers that met").isPositive();
    int expected = 60 + writers * increments;
    for (Api api : List.of(one, two)) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(api.get("dashboards/counter").path("range_s").asInt())
                      .isEqualTo(expected));
    }
    assertThat(one.get("dashboards/counter")).isEqualTo(two.get("dashboards/counter"));
  }

  /** Adds one so and so often, reading again whenever somebody was faster; returns how often. */
  private static int increment(Api api, int times) {
    int conflicts = 0;
    for (int done = 0; done < times; ) {
      JsonNode now = api.get("dashboards/counter");
      HttpResponse<String> answer =
          api.json(
              "PUT",
              "dashboards/counter",
              board("counter", now.path("range_s").asInt() + 1),
              '"' + now.path("version").asText() + '"');
      if (answer.statusCode() == 200) {
        done++;
      } else if (answer.statusCode() == 412) {
        conflicts++;
      } else {
        // 503: gateways fenced each other until the time was up, and nothing was written.
        throw new AssertionError(answer.statusCode() + " " + answer.body());
      }
    }
    return conflicts;
  }

  @Test
  void createsAnIdOnceWhoeverAsks() throws Exception {
    List<CompletableFuture<Integer>> running = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Api api = i % 2 == 0 ? one : two;
      running.add(
          CompletableFuture.supplyAsync(
              () -> api.json("POST", "dashboards", board("once", 60), "").statusCode()));
    }
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<Integer> writer : running) {
      statuses.add(writer.get(120, TimeUnit.SECONDS));
    }
    assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
  }

  @Test
  void knowsEverythingAfterARestartAlsoOnceTheTopicIsCompacted() {
    String created = one.json("POST", "dashboards", board("kept", 60), "").body();
    assertThat(created).contains("\"dashboard_id\":\"kept\"");
    assertThat(one.json("POST", "dashboards", board("gone", 60), "").statusCode()).isEqualTo(201);
    for (int i = 1; i <= 10; i++) {
      assertThat(one.json("PUT", "dashboards/kept", board("kept", 60 + i), "*").statusCode())
          .isEqualTo(200);
    }
    assertThat(one.json("DELETE", "dashboards/gone", "", "*").statusCode()).isEqualTo(204);
    JsonNode before = one.get("dashboards/kept");
    // Each further write closes a segment; the cleaner then drops what was overwritten.
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              one.json("POST", "dashboards", board("tick", 60), "");
              one.json("PUT", "dashboards/tick", board("tick", 61), "*");
              return records("kept").size() == 1;
            });
    first.close();
    first = gateway("gateway-rules-1");
    one = new Api(first);
    assertThat(one.get("dashboards/kept")).isEqualTo(before);
    assertThat(one.call("dashboards/gone").statusCode()).isEqualTo(404);
    assertThat(
            one.json(
                    "PUT",
                    "dashboards/kept",
                    board("kept", 99),
                    '"' + before.path("version").asText() + '"')
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void goesOnShowingRulesWhileKafkaIsAwayAndRefusesToWrite() {
    String id =
        HotLogs.json(one.json("POST", "alerts", rule("outage", 1), "").body())
            .path("alert_id")
            .asText();
    kafka.process().stop();
    try {
      assertThat(one.get("alerts/" + id).path("metric").asText()).isEqualTo("outage");
      HttpResponse<String> refused = one.json("POST", "alerts", rule("outage", 2), "");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    } finally {
      kafka.start();
      kafka.awaitReady();
    }
    await()
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptions()
        .until(() -> one.json("POST", "alerts", rule("outage", 3), "").statusCode() == 201);
  }

  @Test
  void showsWhatTheAlertsJobSays() throws Exception {
    String id =
        HotLogs.json(two.json("POST", "alerts", rule("shown", 1), "").body())
            .path("alert_id")
            .asText();
    assertThat(two.get("alerts/" + id + "/state").path("states")).isEmpty();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (AlertStatus status : List.of(AlertStatus.PENDING, AlertStatus.FIRING)) {
        AlertState state =
            new AlertState(
                id,
                7,
                Map.of("service", "payments"),
                status,
                0.5,
                1_774_778_400_000L,
                status == AlertStatus.FIRING ? 1_774_778_460_000L : null,
                null,
                1_774_778_460_000L,
                AlertRule.Severity.CRITICAL,
                Map.of("alertname", "shown"),
                Map.of());
        producer
            .send(
                new ProducerRecord<>(
                    STATES, state.key().getBytes(UTF_8), AlertStateJson.encode(state)))
            .get(30, TimeUnit.SECONDS);
      }
    }
    for (Api api : List.of(one, two)) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                JsonNode states = api.get("alerts/" + id + "/state").path("states");
                assertThat(states).hasSize(1);
                assertThat(states.get(0).path("state").asText()).isEqualTo("firing");
              });
      assertThat(api.get("alerts/active?state=firing").path("alerts").findValuesAsText("alert_id"))
          .contains(id);
    }
  }

  private static String rule(String metric, double threshold) {
    return "{\"metric\":\""
        + metric
        + "\",\"condition\":\">\",\"threshold\":"
        + threshold
        + ",\"duration_s\":150,\"notification_channel\":\"ops\"}";
  }

  private static String board(String id, int rangeSeconds) {
    return "{\"id\":\""
        + id
        + "\",\"title\":\"t\",\"range_s\":"
        + rangeSeconds
        + ",\"panels\":[{\"title\":\"p\",\"kind\":\"metric\",\"metric\":\"m\"}]}";
  }

  /** Returns the records that the dashboards' topic still has of a key. */
  private List<ConsumerRecord<byte[], byte[]>> records(String key) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    TopicPartition partition = new TopicPartition(DASHBOARDS, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (new String(record.key(), UTF_8).equals(key)) {
            found.add(record);
          }
        }
      }
    }
    return found;
  }
}
