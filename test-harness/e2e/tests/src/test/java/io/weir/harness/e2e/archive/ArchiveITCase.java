package io.weir.harness.e2e.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.ObjectStore;
import io.weir.model.archive.ArchiveBucket;
import io.weir.model.archive.ArchiveLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The archive on real processes: Kafka, Flink and an S3 server; DuckDB reads what arrives. */
@ExtendWith(SharedNodes.class)
class ArchiveITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final int PARTITIONS = 2;
  private static final int PARALLELISM = 2;

  /** Names that neither a path nor S3 takes as they are, among others. */
  private static final List<String> SERVICES =
      List.of("payments", "a/b c", "größe", "_mixed", "..", "100%", "x".repeat(200));

  private static final String COMPACTED = "compacted-batch-[0-9a-f-]{36}-\\d+\\.parquet";
  private static final String BATCH = "batch-[0-9a-f-]{36}-\\d+\\.parquet";

  private final KafkaBroker kafka;
  private final FlinkCluster flink;
  private final ObjectStore objectStore;

  private String topic;
  private String bucket;
  private String jobId;

  ArchiveITCase(KafkaBroker kafka, FlinkCluster flink, ObjectStore objectStore) {
    this.kafka = kafka;
    this.flink = flink;
    this.objectStore = objectStore;
  }

  @BeforeEach
  void createTopicsAndBucket() throws Exception {
    topic = "archive-" + Long.toString(System.nanoTime(), 36);
    bucket = topic;
    objectStore.createBucket(bucket);
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, PARTITIONS, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime")),
                  new NewTopic(topic + "-dead", 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void endJob() {
    if (jobId != null && !flink.rest().jobState(jobId).equals("FINISHED")) {
      flink.rest().cancel(jobId, PATIENCE);
    }
  }

  @Test
  void compactsOnS3AndKeepsEveryEventOnceThroughAKilledTaskManager() throws Exception {
    submit("--archive.compaction.enabled", "true", "--archive.compaction.every-checkpoints", "2");
    produce(0, 10_000);
    await().atMost(PATIENCE).until(() -> count() > 0);
    flink.taskManagers().get(0).kill();
    produce(10_000, 20_000);
    flink.taskManagers().get(0).restart().awaitReady();
    awaitEvents(20_000);

    assertEveryEventOnce(20_000);
    assertThat(files()).allSatisfy(file -> assertThat(name(file)).matches(COMPACTED));
    assertPlaces();

    // Switched off, the job goes on from the state of the one that compacted.
    produce(20_000, 25_000);
    String savepoint =
        flink.rest().stopWithSavepoint(jobId, flink.savepointDirectory().toString(), PATIENCE);
    restore(savepoint);
    produce(25_000, 30_000);
    awaitEvents(30_000);
    assertEveryEventOnce(30_000);
    assertThat(files()).anySatisfy(file -> assertThat(name(file)).matches(BATCH));
    assertPlaces();
  }

  private void submit(String... more) {
    jobId = flink.rest().submit(job(more));
  }

  private void restore(String savepoint) {
    jobId = flink.rest().submit(job().restoringFrom(savepoint));
  }

  private JobSubmission job(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--kafka.bootstrap-servers",
                kafka.bootstrapServers(),
                "--kafka.topics",
                topic,
                "--kafka.group-id",
                topic,
                "--dead-letters.topic",
                topic + "-dead",
                "--logs.stores",
                "archive",
                "--archive.path",
                "s3a://" + bucket + "/logs"));
    arguments.addAll(List.of(more));
    return JobSubmission.of(HarnessLayout.find().jobsJar(), "io.weir.jobs.LogsJob", arguments)
        .withParallelism(PARALLELISM);
  }

  private void produce(int from, int to) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", "20"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int number = from; number < to; number++) {
        producer.send(
            new ProducerRecord<>(topic, number % PARTITIONS, null, event(number).getBytes(UTF_8)));
      }
      producer.flush();
    }
  }

  /** Event times within the last hour, so that the files of two hours are open at most. */
  private static String event(int number) {
    return "{\"timestamp\":"
        + timeMillis(number)
        + ",\"service\":\""
        + SERVICES.get(number % SERVICES.size())
        + "\",\"host\":\"host-"
        + number % 7
        + "\",\"level\":\"INFO\",\"message\":\"event "
        + number
        + "\",\"fields\":{\"request_id\":\"r-"
        + number
        + "\"}}";
  }

  private static final long START_MILLIS = System.currentTimeMillis() - 3_600_000;

  private static long timeMillis(int number) {
    return START_MILLIS + number * 100L;
  }

  private void awaitEvents(int count) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> count() == count);
  }

  private long count() throws Exception {
    return files().isEmpty()
        ? 0
        : Long.parseLong(query("SELECT count(*) FROM archive").get(0).get(0));
  }

  private void assertEveryEventOnce(int count) throws Exception {
    assertThat(
            query(
                "SELECT count(*), count(DISTINCT message), count(DISTINCT (kafka_partition,"
                    + " kafka_offset)), min(kafka_topic), max(kafka_topic) FROM archive"))
        .containsExactly(List.of("" + count, "" + count, "" + count, topic, topic));
    List<List<String>> rows =
        query(
            "SELECT message, epoch_ns(timestamp), service, host, level, fields, request_id FROM"
                + " archive ORDER BY timestamp");
    for (int number = 0; number < count; number++) {
      assertThat(rows.get(number))
          .containsExactly(
              "event " + number,
              timeMillis(number) + "000000",
              SERVICES.get(number % SERVICES.size()),
              "host-" + number % 7,
              "INFO",
              "{\"request_id\":\"r-" + number + "\"}",
              "r-" + number);
    }
  }

  private void assertPlaces() throws Exception {
    for (List<String> row :
        query(
            "SELECT filename, service, min(epoch_ms(timestamp)), max(epoch_ms(timestamp)) FROM"
                + " archive GROUP BY filename, service")) {
      ArchiveBucket place = ArchiveLayout.parse(row.get(0)).orElseThrow();
      assertThat(place.service())
          .as(row.toString())
          .isIn(java.util.Optional.empty(), java.util.Optional.of(row.get(1)));
      assertThat(place.mayContain(row.get(1))).as(row.toString()).isTrue();
      assertThat(Instant.ofEpochMilli(Long.parseLong(row.get(2))))
          .isAfterOrEqualTo(place.from().orElseThrow());
      assertThat(Instant.ofEpochMilli(Long.parseLong(row.get(3))))
          .isBefore(place.to().orElseThrow());
    }
  }

  /** What a reader sees: files whose names do not begin with a dot. */
  private List<Path> files() throws IOException {
    Path root = objectStore.bucketFolder(bucket).resolve("logs");
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> name(file).matches("[^.].*\\.parquet")).toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** Reads the files that the S3 server holds, as one table with the name archive. */
  private List<List<String>> query(String sql) throws Exception {
    String files =
        String.join(
            "', '", files().stream().map(file -> file.toString().replace("'", "''")).toList());
    String table =
        "(SELECT * FROM read_parquet(['"
            + files
            + "'], filename = true, hive_partitioning = false))";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql.replace("archive", table))) {
      List<List<String>> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(row(result));
      }
      return rows;
    }
  }

  private static List<String> row(ResultSet result) throws SQLException {
    List<String> row = new ArrayList<>();
    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
      row.add(result.getString(i));
    }
    return row;
  }
}
