package io.weir.harness.e2e.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SinkJob;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.NodeDirectories;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.DeadLetterJson;
import io.weir.sinks.deadletter.DeadLetterTopic;
import io.weir.sinks.deadletter.KafkaDeadLetterChannel;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.ElasticsearchSinkMetrics;
import io.weir.sinks.elasticsearch.IndexTemplateSettings;
import io.weir.sinks.elasticsearch.IndexTemplates;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Elasticsearch sink in a Flink job, against a real node. */
@ExtendWith(SharedNodes.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ElasticsearchSinkITCase {
  private static final IndexTemplateSettings SETTINGS =
      new IndexTemplateSettings(1, 0, Duration.ofSeconds(1), true, 200, PromotedFields.NONE);

  @RegisterExtension static final SinkJobs JOBS = new SinkJobs();

  private final ElasticsearchNode node;

  ElasticsearchSinkITCase(ElasticsearchNode node) {
    this.node = node;
  }

  @BeforeAll
  static void installTemplate(ElasticsearchNode node) throws Exception {
    install(node);
  }

  @Test
  void storesADocumentAsItIsMapped() throws Exception {
    JOBS.start(node, SinkJobs.Events.of("mapped", 1)).awaitEnd();

    StoredDocuments stored = new StoredDocuments(node, "mapped");
    JsonNode source = stored.sources().get(0);
    assertThat(source.path("timestamp").asText()).isEqualTo("2026-03-29T10:00:00.000000000Z");
    assertThat(source.at("/fields/number").asLong()).isZero();
    assertThat(stored.countMatching("{\"term\":{\"field_terms\":\"number=0\"}}")).isEqualTo(1);
    assertThat(stored.countMatching("{\"match_phrase\":{\"message\":\"event 0 of topic\"}}"))
        .isEqualTo(1);
    assertThat(stored.countMatching("{\"match_phrase\":{\"message\":\"0 event of topic\"}}"))
        .isZero();
    assertThat(
            stored.countMatching(
                "{\"range\":{\"timestamp\":{\"gte\":\"2026-03-29T10:00:00.000000000Z\","
                    + "\"lt\":\"2026-03-29T10:00:00.000000001Z\"}}}"))
        .isEqualTo(1);
    assertThat(stored.countMatching("{\"exists\":{\"field\":\"fields.number\"}}"))
        .as("fields are stored and not mapped")
        .isZero();
  }

  @Test
  void storesEveryEventOnceThoughTheJobRestarts() throws Exception {
    int count = 20_000;
    int failsAt = 12_345;
    SinkJob job = JOBS.start(node, SinkJobs.Events.of("restarted", count).failingOnceAt(failsAt));
    job.awaitEnd();

    assertThat(new StoredDocuments(node, "restarted").offsets()).isEqualTo(numbersBelow(count));
    // A sum over the attempts would miss what the first had stored when its answer did not count.
    long stored = job.counterOfLastAttempt(ElasticsearchSinkMetrics.DOCUMENTS_STORED);
    long repeats = job.counterOfLastAttempt(ElasticsearchSinkMetrics.DOCUMENTS_ALREADY_STORED);
    long retried = job.counterOfLastAttempt(ElasticsearchSinkMetrics.DOCUMENTS_RETRIED);
    assertThat(stored + repeats)
        .as("every document sent is stored, found there already, or sent again")
        .isEqualTo(job.sentInLastAttempt() - retried)
        .isLessThanOrEqualTo(count);
    assertThat(stored)
        .as("what the first attempt never saw is new")
        .isGreaterThanOrEqualTo(count - failsAt);
    assertThat(job.counter(ElasticsearchSinkMetrics.DOCUMENTS_STORED))
        .as("nothing is counted as stored twice")
        .isLessThanOrEqualTo(count);
  }

  @Test
  void takesWhatIsThereAlreadyForStored() throws Exception {
    JOBS.start(node, SinkJobs.Events.of("replayed", 3_000)).awaitEnd();
    SinkJob replay = JOBS.start(node, SinkJobs.Events.of("replayed", 5_000)).awaitEnd();

    assertThat(new StoredDocuments(node, "replayed").offsets()).isEqualTo(numbersBelow(5_000));
    assertThat(replay.counter(ElasticsearchSinkMetrics.DOCUMENTS_ALREADY_STORED)).isEqualTo(3_000);
  }

  @Test
  void storesEveryEventOnceThoughTheNodeIsKilled() throws Exception {
    int count = 60_000;
    SinkJob job = JOBS.start(node, SinkJobs.Events.of("killed", count));
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> job.counter(ElasticsearchSinkMetrics.DOCUMENTS_STORED) > 2_000);

    node.process().kill();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> job.gauge(ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES) > 2);
    assertThat(job.counter(ElasticsearchSinkMetrics.DOCUMENTS_STORED)).isLessThan(count);
    node.process().restart();
    node.awaitReady();
    job.awaitEnd();

    assertThat(new StoredDocuments(node, "killed").offsets()).isEqualTo(numbersBelow(count));
    assertThat(job.gauge(ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "write", "read_only"})
  void sendsEventsOfARetiredIndexToTheLateOne(String how) throws Exception {
    String topic = "retired-by-" + how;
    Instant time =
        switch (how) {
          case "close" -> Instant.parse("2026-01-01T01:00:00Z");
          case "write" -> Instant.parse("2026-01-02T02:00:00Z");
          default -> Instant.parse("2026-01-03T03:00:00Z");
        };
    String day = time.toString().substring(0, 10);
    String index = "logs-" + day + "-" + time.toString().substring(11, 13);
    JOBS.start(node, SinkJobs.Events.of(topic, 100).at(time)).awaitEnd();
    assertThat(new StoredDocuments(node, topic).countIn(index)).isEqualTo(100);
    switch (how) {
      case "close" -> node.send("POST", "/" + index + "/_close", "");
      case "write" -> node.send("PUT", "/" + index + "/_block/write", "");
      default -> node.send("PUT", "/" + index + "/_settings", "{\"index.blocks.read_only\":true}");
    }
    try {
      String late = topic + "-late";
      SinkJob job = JOBS.start(node, SinkJobs.Events.of(late, 1_000).at(time)).awaitEnd();

      assertThat(new StoredDocuments(node, late).countIn("logs-late-" + day)).isEqualTo(1_000);
      assertThat(new StoredDocuments(node, late).offsets()).isEqualTo(numbersBelow(1_000));
      assertThat(job.counter(ElasticsearchSinkMetrics.DOCUMENTS_REROUTED_LATE)).isEqualTo(1_000);
    } finally {
      if (how.equals("read_only")) {
        node.send("PUT", "/" + index + "/_settings", "{\"index.blocks.read_only\":null}");
      }
    }
  }

  /**
   * The node itself finds that its disk is past the flood stage and blocks what is on it, and lifts
   * the block when there is room: nobody touches index or job.
   */
  @Test
  void waitsWhileTheDiskIsFullAndGoesOnByItself() throws Exception {
    Instant time = Instant.parse("2026-01-04T04:00:00Z");
    JOBS.start(node, SinkJobs.Events.of("before-full", 1).at(time)).awaitEnd();
    try {
      watermarks("1000tb");
      await().atMost(Duration.ofMinutes(1)).until(() -> isBlocked("logs-2026-01-04-04"));

      SinkJob job = JOBS.start(node, SinkJobs.Events.of("full", 5_000).at(time));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> job.gauge(ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES) > 2);
      assertThat(job.isRunning()).isTrue();
      assertThat(job.counter(ElasticsearchSinkMetrics.DOCUMENTS_STORED)).isZero();
      assertThat(job.counter(ElasticsearchSinkMetrics.DOCUMENTS_REROUTED_LATE)).isZero();
      assertThat(new StoredDocuments(node, "full").count()).isZero();

      watermarks("1b");
      job.awaitEnd();

      assertThat(isBlocked("logs-2026-01-04-04")).isFalse();
      assertThat(new StoredDocuments(node, "full").offsets()).isEqualTo(numbersBelow(5_000));
    } finally {
      watermarks(null);
    }
  }

  /** Sets how much must be free, or with null what the node was started with. */
  private void watermarks(String free) {
    String disk = "cluster.routing.allocation.disk.";
    String value = free == null ? "null" : '"' + free + '"';
    node.send(
        "PUT",
        "/_cluster/settings",
        """
        {"persistent": {"%1$sthreshold_enabled": %2$s, "cluster.info.update.interval": %3$s,
         "%1$swatermark.low": %4$s, "%1$swatermark.high": %4$s, "%1$swatermark.flood_stage": %4$s}}
        """
            .formatted(
                disk, free == null ? "null" : "true", free == null ? "null" : "\"10s\"", value));
  }

  private boolean isBlocked(String index) {
    return node.get("/" + index + "/_settings")
        .at("/" + index + "/settings/index/blocks/read_only_allow_delete")
        .asBoolean();
  }

  @Test
  void waitsWhileTheClusterTakesNoMoreShards() throws Exception {
    clusterSetting("cluster.max_shards_per_node", "1");
    try {
      SinkJob job =
          JOBS.start(
              node,
              SinkJobs.Events.of("no-shards", 1_000).at(Instant.parse("2026-01-05T05:00:00Z")));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> job.gauge(ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES) > 2);
      assertThat(job.isRunning()).isTrue();

      clusterSetting("cluster.max_shards_per_node", null);
      job.awaitEnd();

      assertThat(new StoredDocuments(node, "no-shards").count()).isEqualTo(1_000);
    } finally {
      clusterSetting("cluster.max_shards_per_node", null);
    }
  }

  @Test
  void failsNamingTheIndexThatIsNotCreated() throws Exception {
    clusterSetting("action.auto_create_index", "false");
    try {
      SinkJob job =
          JOBS.start(
              node, SinkJobs.Events.of("no-index", 10).at(Instant.parse("2026-01-06T06:00:00Z")));

      assertThatThrownBy(job::awaitEnd)
          .hasStackTraceContaining("logs-2026-01-06-06")
          .hasStackTraceContaining("404 index_not_found_exception");
    } finally {
      clusterSetting("action.auto_create_index", null);
    }
  }

  @Test
  void deadLettersWhatTheMappingRejects(KafkaBroker kafka) throws Exception {
    String index = "logs-2026-01-07-07";
    // Rejects every event from number 128 on.
    node.send(
        "PUT",
        "/" + index,
        "{\"mappings\":{\"properties\":{\"kafka_offset\":{\"type\":\"byte\"}}}}");
    DeadLetterTopic letters = topic(kafka, "mapping-dead-letters");

    SinkJob job =
        JOBS.start(
                node,
                SinkJobs.Events.of("rejected", 190).at(Instant.parse("2026-01-07T07:00:00Z")),
                KafkaDeadLetterChannel.factory(letters),
                builder -> builder)
            .awaitEnd();

    assertThat(new StoredDocuments(node, "rejected").offsets()).isEqualTo(numbersBelow(128));
    List<DeadLetter> received = letters(kafka, letters);
    assertThat(received.stream().map(l -> l.origin().offset()).sorted())
        .containsExactlyElementsOf(LongStream.range(128, 190).boxed().toList());
    assertThat(received)
        .allSatisfy(
            letter -> {
              assertThat(letter.reason()).isEqualTo("mapping_rejected");
              assertThat(letter.store()).isEqualTo(DeadLetter.Store.ELASTICSEARCH);
              assertThat(letter.detail())
                  .contains("document_parsing_exception")
                  .contains("failed to parse field [kafka_offset] of type [byte]")
                  .contains("out of range");
              assertThat(new String(letter.payload(), java.nio.charset.StandardCharsets.UTF_8))
                  .contains("\"kafka_offset\":" + letter.origin().offset());
            });
    assertThat(
            job.counter(
                ElasticsearchSinkMetrics.REASON
                    + "\\.mapping_rejected\\."
                    + ElasticsearchSinkMetrics.DOCUMENTS_DEAD_LETTERED))
        .isEqualTo(62);
  }

  @Test
  void failsInsteadOfDrainingTheStreamIntoDeadLetters(KafkaBroker kafka) throws Exception {
    node.send(
        "PUT",
        "/logs-2026-01-08-08",
        "{\"mappings\":{\"properties\":{\"kafka_offset\":{\"type\":\"byte\"}}}}");
    DeadLetterTopic letters = topic(kafka, "drained-dead-letters");

    SinkJob job =
        JOBS.start(
            node,
            SinkJobs.Events.of("drained", 20_000).at(Instant.parse("2026-01-08T08:00:00Z")),
            KafkaDeadLetterChannel.factory(letters),
            builder -> builder);

    assertThatThrownBy(job::awaitEnd)
        .hasStackTraceContaining("rejected for the same reason")
        .hasStackTraceContaining("failed to parse field [kafka_offset] of type [byte]");
    assertThat(letters(kafka, letters)).hasSizeLessThan(500);
  }

  @Test
  void sendsSmallerRequestsToANodeThatTakesNoLargeOnes(@TempDir Path folder) throws Exception {
    try (ElasticsearchNode narrow =
        ElasticsearchNode.builder(NodeDirectories.under(folder))
            .heapMegabytes(384)
            .setting("http.max_content_length", "100kb")
            .build()) {
      narrow.start();
      narrow.awaitReady();
      install(narrow);

      SinkJob job =
          JOBS.start(
                  narrow,
                  SinkJobs.Events.of("narrow", 6_000),
                  NoDeadLetters.factory(),
                  builder -> builder.setMaxBatchSize(3_000).setMaxBufferedRequests(6_000))
              .awaitEnd();

      assertThat(new StoredDocuments(narrow, "narrow").offsets()).isEqualTo(numbersBelow(6_000));
      assertThat(job.counter(ElasticsearchSinkMetrics.DOCUMENTS_RETRIED))
          .as("each was refused by status and not by a broken connection")
          .isZero();
    }
  }

  private static void install(ElasticsearchNode node) throws Exception {
    try (RestClient client = ElasticsearchConnection.to(node.uri().toString()).open(1)) {
      new IndexTemplates(client).install(SETTINGS);
    }
  }

  private void clusterSetting(String name, String value) {
    String json = value == null ? "null" : "\"" + value + "\"";
    node.send("PUT", "/_cluster/settings", "{\"persistent\":{\"" + name + "\":" + json + "}}");
  }

  private static DeadLetterTopic topic(KafkaBroker kafka, String name) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }
    return DeadLetterTopic.of(name, Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private static List<DeadLetter> letters(KafkaBroker kafka, DeadLetterTopic topic) {
    List<DeadLetter> letters = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic.topic(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      Collection<TopicPartition> assigned = List.of(partition);
      consumer.assign(assigned);
      consumer.seekToBeginning(assigned);
      long end = consumer.endOffsets(assigned).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(Duration.ofSeconds(1))) {
          letters.add(DeadLetterJson.decode(letter.value()));
        }
      }
    }
    return letters;
  }

  private static List<Long> numbersBelow(long end) {
    return LongStream.range(0, end).boxed().toList();
  }
}
