package io.weir.harness.e2e.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.jobs.audit.AuditPlan;
import io.weir.jobs.audit.AuditPlanner;
import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.tasks.PurgeDeadLetters;
import io.weir.model.audit.HourSlice;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hours, offsets and incarnations as a real Kafka tells them. */
@ExtendWith(SharedNodes.class)
class AuditPlannerITCase {
  private static final String TOPIC = "audit-planner";
  private static final String LETTERS = "audit-planner-letters";
  private static final String GROUP = "audit-planner-group";

  private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minusSeconds(5 * 3_600);
  private final SharedNodes nodes;

  AuditPlannerITCase(SharedNodes nodes) {
    this.nodes = nodes;
  }

  @BeforeEach
  void makeTopics() throws Exception {
    try (Admin admin = nodes.kafka().admin()) {
      List<String> there =
          admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
              .filter(name -> name.equals(TOPIC) || name.equals(LETTERS))
              .toList();
      admin.deleteTopics(there).all().get(30, TimeUnit.SECONDS);
      create(admin, TOPIC, 2);
      create(admin, LETTERS, 1);
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(
              () -> {
                admin
                    .alterConsumerGroupOffsets(
                        GROUP, Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(4)))
                    .all()
                    .get(10, TimeUnit.SECONDS);
                return true;
              });
    }
  }

  /** Times are the producer's here, so that a test has several hours. */
  private static void create(Admin admin, String name, int partitions) {
    await("the topic " + name)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> {
              admin
                  .createTopics(
                      List.of(
                          new NewTopic(name, partitions, (short) 1)
                              .configs(Map.of("message.timestamp.type", "CreateTime"))))
                  .all()
                  .get(10, TimeUnit.SECONDS);
              return true;
            });
  }

  private void send(String topic, int partition, Duration... sinceTheHour) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", nodes.kafka().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Duration since : sinceTheHour) {
        producer
            .send(
                new ProducerRecord<>(
                    topic, partition, hour.plus(since).toEpochMilli(), null, new byte[] {1}))
            .get(30, TimeUnit.SECONDS);
      }
    }
  }

  private AuditPlan plan(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--kafka.bootstrap-servers",
                nodes.kafka().bootstrapServers(),
                "--kafka.group-id",
                GROUP,
                "--dead-letters.topic",
                LETTERS,
                "--elasticsearch.hosts",
                "http://127.0.0.1:9",
                "--archive.path",
                "file:///nowhere",
                "--audit.from",
                hour.toString(),
                "--audit.to",
                hour.plus(Duration.ofHours(3)).toString()));
    args.addAll(more.length == 0 ? List.of("--kafka.topics", TOPIC) : List.of(more));
    return new AuditPlanner(AuditJobOptions.parse(Instant.now(), args.toArray(String[]::new)))
        .plan();
  }

  private List<String> slices(AuditPlan plan, int partition) {
    return plan.slices().stream()
        .filter(slice -> slice.partition() == partition)
        .map(this::text)
        .toList();
  }

  private String text(HourSlice slice) {
    return "%d: %d-%d passed %d kept %d"
        .formatted(
            (slice.hourMillis() - hour.toEpochMilli()) / 3_600_000,
            slice.first(),
            slice.end(),
            slice.readUpTo(),
            slice.retainedFrom());
  }

  private void deleteBefore(String topic, long offset) throws Exception {
    try (Admin admin = nodes.kafka().admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void everyHourOfEveryPartitionHasTheOffsetsThatKafkaTookInIt() throws Exception {
    Duration first = Duration.ofMinutes(10);
    send(TOPIC, 0, first, first, first); // 0 to 2
    send(TOPIC, 0, Duration.ofHours(1), Duration.ofMinutes(119)); // 3, at the hour's turn, and 4
    send(
        TOPIC, 0, Duration.ofHours(3).minusMillis(1), Duration.ofHours(3)); // 5; 6 is not asked for
    send(TOPIC, 1, Duration.ofMinutes(-1), Duration.ofMinutes(70)); // 0 is of before

    AuditPlan plan = plan();

    assertThat(slices(plan, 0))
        .containsExactly(
            "0: 0-3 passed 4 kept 0", "1: 3-5 passed 4 kept 0", "2: 5-6 passed 4 kept 0");
    assertThat(slices(plan, 1))
        .containsExactly(
            "0: 1-1 passed 0 kept 0", "1: 1-2 passed 0 kept 0", "2: 2-2 passed 0 kept 0");
    assertThat(plan.notes())
        .singleElement()
        .asString()
        .contains("has committed no offset", TOPIC + "-1")
        .doesNotContain(TOPIC + "-0");

    deleteBefore(TOPIC, 1);

    AuditPlan cut = plan();
    assertThat(slices(cut, 0)).startsWith("0: 1-3 passed 4 kept 1");
    assertThat(cut.notes()).anyMatch(note -> note.contains("deleted the beginning"));
  }

  @Test
  void aTopicThatWasMadeAgainIsAnother() throws Exception {
    send(TOPIC, 0, Duration.ofMinutes(10));
    AuditPlan before = plan();
    makeTopics();

    AuditPlan after = plan();

    assertThat(after.topicCodes().get(TOPIC)).isNotEqualTo(before.topicCodes().get(TOPIC));
    assertThat(slices(before, 0)).startsWith("0: 0-1 passed 4 kept 0");
    assertThat(slices(after, 0)).startsWith("0: 0-0 passed 4 kept 0");
    assertThat(after.notes()).anyMatch(note -> note.contains("took no record in this time"));
  }

  @Test
  void lettersOfTheTimeThatWerePurgedAreMissed() throws Exception {
    send(LETTERS, 0, Duration.ofMinutes(-30), Duration.ofMinutes(30), Duration.ofMinutes(40));
    AuditPlan whole = plan();
    assertThat(whole.lettersCut()).isFalse();
    assertThat(whole.letters()).singleElement().extracting(span -> span.first()).isEqualTo(1L);

    deleteBefore(LETTERS, 1);
    assertThat(plan().lettersCut()).as("age has taken what is older than the time").isFalse();
    new PurgeDeadLetters()
        .run(
            new String[] {
              "--kafka.bootstrap-servers",
              nodes.kafka().bootstrapServers(),
              "--dead-letters.topic",
              LETTERS,
              "--purge.before",
              hour.plus(Duration.ofMinutes(35)).toString()
            },
            new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));

    AuditPlan purged = plan();
    assertThat(purged.lettersCut()).isTrue();
    assertThat(purged.notes())
        .anyMatch(note -> note.contains("purged") && note.contains(LETTERS + "-0"));
  }

  @Test
  void lettersOfATimeThatIsOlderThanTheyAreKeptMayHaveExpired() throws Exception {
    send(LETTERS, 0, Duration.ofMinutes(30), Duration.ofMinutes(40));
    try (Admin admin = nodes.kafka().admin()) {
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, LETTERS);
      // The time begins more than five hours ago and ends more than two hours ago.
      String fourHours = Long.toString(Duration.ofHours(4).toMillis());
      admin
          .incrementalAlterConfigs(
              Map.of(
                  topic,
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("retention.ms", fourHours), AlterConfigOp.OpType.SET))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    deleteBefore(LETTERS, 1);

    assertThat(plan().lettersCut()).isTrue();
  }

  @Test
  void aPatternWithoutATopicIsAnError() {
    assertThatThrownBy(() -> plan("--kafka.topic-pattern", "no-such-.*"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no topic matches no-such-.*");
  }
}
