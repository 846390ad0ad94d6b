package io.weir.harness.e2e.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.generate.Generator;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.stack.JobsTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where the logs job starts to read, and what it finds later, with a real Kafka. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogsStartITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String DEAD_LETTERS = "start-proof-dead-letters";

  private final SharedNodes nodes;
  private final FlinkRest flink;
  private KafkaProducer<byte[], byte[]> producer;
  private String jobId;

  LogsStartITCase(SharedNodes nodes) {
    this.nodes = nodes;
    this.flink = nodes.flink().rest();
  }

  @BeforeAll
  void prepare() {
    new KafkaTopic(nodes.kafka(), DEAD_LETTERS).create(1);
    new JobsTasks(HarnessLayout.find(), nodes.directories())
        .run(
            "InstallTemplates",
            List.of("--elasticsearch.hosts", nodes.elasticsearch().uri().toString()));
    producer = new KafkaProducer<>(Generator.producerProperties(nodes.kafka().bootstrapServers()));
  }

  @AfterEach
  void end() {
    if (jobId != null) {
      flink.cancel(jobId, Duration.ofSeconds(60));
      jobId = null;
    }
  }

  @AfterAll
  void close() {
    producer.close();
  }

  @Test
  void startsAtAnInstantGoesOnFromItsStateAndFindsWhatAppearsLater() throws Exception {
    KafkaTopic first = new KafkaTopic(nodes.kafka(), "start-proof-a").create(2);
    send(first, 0, "before", 10);
    long[] last = {0};
    first.read(record -> last[0] = Math.max(last[0], record.timestamp()));
    await("the next record is younger").until(() -> System.currentTimeMillis() > last[0] + 1);
    send(first, 0, "after", 10);

    String from = Instant.ofEpochMilli(last[0] + 1).toString();
    submit("--kafka.topic-pattern", "start-proof-[ab]", from, Optional.empty());
    awaitMessages("start-proof-a", names("after", 10));

    String savepoint =
        flink.stopWithSavepoint(jobId, nodes.flink().savepointDirectory().toString(), PATIENCE);
    jobId = null;
    send(first, 0, "away", 5);
    // Without a state it would start behind them.
    submit("--kafka.topic-pattern", "start-proof-[ab]", "latest", Optional.of(savepoint));
    TreeSet<String> wanted = names("after", 10);
    wanted.addAll(names("away", 5));
    awaitMessages("start-proof-a", wanted);

    try (Admin admin = nodes.kafka().admin()) {
      admin
          .createPartitions(Map.of(first.name(), NewPartitions.increaseTo(3)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    KafkaTopic second = new KafkaTopic(nodes.kafka(), "start-proof-b").create(1);
    send(second, 0, "new topic", 3);
    send(first, 2, "new partition", 3);
    awaitMessages("start-proof-b", names("new topic", 3));
    wanted.addAll(names("new partition", 3));
    awaitMessages("start-proof-a", wanted);
  }

  @Test
  void startsAtTheEndWhenToldTo() throws Exception {
    KafkaTopic topic = new KafkaTopic(nodes.kafka(), "start-proof-c").create(1);
    send(topic, 0, "before", 10);
    submit("--kafka.topics", "start-proof-c", "latest", Optional.empty());

    // When exactly a reader has found the end nobody tells: so until one record has come through.
    List<String> sent = new ArrayList<>();
    await("a record that was sent after the start")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              String message = "live-" + sent.size();
              sent.add(message);
              send(topic, 0, message);
              return !messages("start-proof-c").isEmpty();
            });
    await("the last of them")
        .atMost(PATIENCE)
        .until(() -> messages("start-proof-c").contains(sent.get(sent.size() - 1)));
    List<String> found = messages("start-proof-c");
    assertThat(found).doesNotContainAnyElementsOf(names("before", 10)).doesNotHaveDuplicates();
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(sent.subList(sent.size() - found.size(), sent.size()));
  }

  private void submit(String which, String topics, String startFrom, Optional<String> savepoint) {
    Map<String, String> configuration =
        new HashMap<>(FlinkYaml.read(HarnessLayout.find().flinkConf().resolve("logs-job.yaml")));
    configuration.put("pipeline.name", "start-proof");
    configuration.put("execution.checkpointing.interval", "2 s");
    configuration.put("execution.checkpointing.min-pause", "500 ms");
    JobSubmission submission =
        JobSubmission.of(
                HarnessLayout.find().jobsJar(),
                "io.weir.jobs.LogsJob",
                List.of(
                    "--kafka.bootstrap-servers",
                    nodes.kafka().bootstrapServers(),
                    which,
                    topics,
                    "--kafka.group-id",
                    "start-proof",
                    "--kafka.start-from",
                    startFrom,
                    "--kafka.partition-discovery",
                    "1 s",
                    "--logs.stores",
                    "elasticsearch",
                    "--dead-letters.topic",
                    DEAD_LETTERS,
                    "--elasticsearch.hosts",
                    nodes.elasticsearch().uri().toString()))
            .withFlinkConfiguration(configuration);
    jobId = flink.submit(savepoint.map(submission::restoringFrom).orElse(submission));
    await("the job runs").atMost(PATIENCE).until(() -> flink.allTasksRunning(jobId));
  }

  private void send(KafkaTopic topic, int partition, String prefix, int count) throws Exception {
    for (String message : names(prefix, count)) {
      send(topic, partition, message);
    }
  }

  private void send(KafkaTopic topic, int partition, String message) throws Exception {
    String event =
        "{\"timestamp\":\"%s\",\"service\":\"start\",\"level\":\"INFO\",\"message\":\"%s\"}"
            .formatted(Instant.now(), message);
    producer
        .send(new ProducerRecord<>(topic.name(), partition, null, event.getBytes(UTF_8)))
        .get(30, TimeUnit.SECONDS);
  }

  private static TreeSet<String> names(String prefix, int count) {
    TreeSet<String> names = new TreeSet<>();
    IntStream.range(0, count).forEach(i -> names.add(prefix + "-" + i));
    return names;
  }

  /** Exactly these, each once: what was too much would be there by then, because it is older. */
  private void awaitMessages(String topic, TreeSet<String> wanted) {
    await("the events of " + topic)
        .atMost(PATIENCE)
        .until(() -> messages(topic).containsAll(wanted));
    assertThat(messages(topic)).containsExactlyInAnyOrderElementsOf(wanted);
  }

  private List<String> messages(String topic) {
    nodes.elasticsearch().send("POST", "/logs-*/_refresh", "");
    JsonNode hits =
        nodes
            .elasticsearch()
            .get("/logs-*/_search?size=1000&_source=message&q=kafka_topic:%22" + topic + "%22")
            .path("hits")
            .path("hits");
    List<String> messages = new ArrayList<>();
    hits.forEach(hit -> messages.add(hit.path("_source").path("message").asText()));
    return messages;
  }
}
