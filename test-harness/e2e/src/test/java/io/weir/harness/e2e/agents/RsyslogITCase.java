package io.weir.harness.e2e.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.RsyslogNode;
import io.weir.harness.ship.LogSource;
import io.weir.model.kafka.Murmur2;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogLimits;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped configuration in a real rsyslogd, in front of a broker of its own that is stopped
 * under it. Kafka is away for two minutes with {@code -Dweir.long}, else for half a minute.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RsyslogITCase {
  private static final Duration OUTAGE =
      Duration.ofSeconds(System.getProperty("weir.long") == null ? 10 : 120);

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PARTITIONS = 3;

  /** Of each, rsyslog itself loses the line that it is trying to hand over when it is stopped. */
  private static final int QUEUES = 2;

  private static final String DATED = "2026-03-29T10:00:00.123Z ";

  private KafkaBroker kafka;
  private NodeDirectories directories;

  @BeforeAll
  void startKafka(@TempDir Path folder) {
    directories = NodeDirectories.under(folder);
    kafka = KafkaBroker.builder(directories).build();
    kafka.start();
    kafka.awaitReady();
  }

  @BeforeEach
  void awaitKafka() {
    if (!kafka.process().isRunning()) {
      kafka.process().start().awaitReady();
    }
  }

  @AfterAll
  void stopKafka() {
    kafka.close();
  }

  @Test
  void understandsWhatItShips(@TempDir Path folder) throws IOException {
    KafkaTopic topic = new KafkaTopic(kafka, "rsyslog-shapes").create(PARTITIONS);
    Path dated = folder.resolve("dated.log");
    Files.writeString(
        dated,
        """
        2026-03-29T10:00:00.123Z INFO  [main] c.s.Orders - plain "quoted" \\ and	tab
        2026-03-29 10:00:01,500 ERROR [main] c.s.Orders - failed
        java.lang.IllegalStateException: no stock
        	at c.s.Orders.place(Orders.java:17)
        Caused by: java.io.IOException
        	... 3 more
        2026-03-29T10:00:02+02:00 WARN caf\u00e9 \uD83D\uDE00
        """);
    Path mixed = folder.resolve("mixed.log");
    Files.writeString(
        mixed,
        """
        {"message":"of json","level":"warn","n":7,"service":"named"}
        {"broken":
        Mar 29 10:00:03 web-1 sshd[42]: session opened
        Exception in thread main
        	at a.b.C(C.java:1)
        """);
    try (RsyslogNode rsyslog =
        rsyslog("shapes", topic, LogSource.of("shop", dated), LogSource.of(mixed))) {
      await().atMost(PATIENCE).until(() -> topic.size() >= 7);
    }
    Map<String, LogEvent> events = new HashMap<>();
    topic.read(
        record -> {
          LogEvent event = event(record);
          events.put(event.message().lines().findFirst().orElseThrow(), event);
          assertThat(new String(record.key(), UTF_8)).isEqualTo(event.service());
          assertThat(record.partition()).isEqualTo(Murmur2.positive(record.key()) % PARTITIONS);
          assertThat(event.producerId()).isNotEmpty();
          assertThat(event.host()).isNotEmpty();
        });
    LogEvent plain = events.get(DATED + "INFO  [main] c.s.Orders - plain \"quoted\" \\ and\ttab");
    assertThat(plain.service()).isEqualTo("shop");
    assertThat(plain.timestampNanos()).isEqualTo(1_774_778_400_123_000_000L);
    assertThat(plain.level()).isEqualTo(LogLevel.INFO);
    assertThat(plain.fields()).contains(dated.getFileName().toString());
    LogEvent trace = events.get("2026-03-29 10:00:01,500 ERROR [main] c.s.Orders - failed");
    assertThat(trace.level()).isEqualTo(LogLevel.ERROR);
    assertThat(trace.message()).contains("\n\tat c.s.Orders.place", "\nCaused by: ", "... 3 more");
    LogEvent zoned = events.get("2026-03-29T10:00:02+02:00 WARN caf\u00e9 \uD83D\uDE00");
    assertThat(zoned.timestampNanos()).isEqualTo(1_774_771_202_000_000_000L);
    assertThat(zoned.level()).isEqualTo(LogLevel.WARN);
    LogEvent json = events.get("of json");
    assertThat(json.service()).isEqualTo("named");
    assertThat(json.level()).isEqualTo(LogLevel.WARN);
    assertThat(json.fields()).contains("\"n\"");
    assertThat(events.get("{\"broken\":").service()).isEqualTo("mixed");
    assertThat(events.get("Mar 29 10:00:03 web-1 sshd[42]: session opened").service())
        .isEqualTo("sshd");
    assertThat(events.get("Exception in thread main").message()).contains("\n\tat a.b.C");
  }

  @Test
  void everyLineArrivesOnceThoughKafkaWasAway(@TempDir Path folder) throws IOException {
    KafkaTopic topic = new KafkaTopic(kafka, "rsyslog-outage").create(PARTITIONS);
    Path log = folder.resolve("app.log");
    List<String> written = new ArrayList<>();
    IntFunction<String> line = i -> DATED + (i % 10 == 0 ? "ERROR" : "INFO ") + " line " + i;
    write(log, written, line, 2_000);
    try (RsyslogNode rsyslog = rsyslog("outage", topic, LogSource.of("app", log))) {
      await().atMost(PATIENCE).until(() -> topic.size() > 0);
      kafka.process().kill();
      long back = System.nanoTime() + OUTAGE.toNanos();
      write(log, written, line, 2_000);
      await().atMost(PATIENCE).until(() -> rsyslog.hasRead(log));
      write(log, written, line, 2_000);
      await("the outage")
          .atMost(OUTAGE.plusMinutes(1))
          .until(() -> System.nanoTime() >= back && rsyslog.hasRead(log));
      kafka.process().start().awaitReady();
      write(log, written, line, 2_000);
      await("every line is in Kafka")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(() -> messages(topic).size() >= written.size());
    }
    // What Kafka was told twice has the same id, by which the logs job drops the second.
    Map<String, String> byId = new HashMap<>();
    topic.read(
        record -> {
          LogEvent event = event(record);
          String before = byId.put(event.producerId(), event.message());
          assertThat(before).isIn(null, event.message());
        });
    assertThat(byId.values()).containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void anOrderlyStopWhileKafkaIsAwayKeepsAllButTheLinesBeingTried(@TempDir Path folder)
      throws IOException {
    KafkaTopic topic = new KafkaTopic(kafka, "rsyslog-stop").create(PARTITIONS);
    Path log = folder.resolve("stopped.log");
    List<String> written = new ArrayList<>();
    IntFunction<String> line = i -> DATED + (i % 10 == 0 ? "ERROR" : "INFO ") + " line " + i;
    write(log, written, line, 1_000);
    try (RsyslogNode rsyslog = rsyslog("stop", topic, LogSource.of("app", log))) {
      await().atMost(PATIENCE).until(() -> topic.size() > 0);
      kafka.process().kill();
      write(log, written, line, 4_000);
      await().atMost(PATIENCE).until(() -> rsyslog.hasRead(log));
    }
    kafka.process().start().awaitReady();
    write(log, written, line, 1_000);
    try (RsyslogNode rsyslog = rsyslog("stop", topic, LogSource.of("app", log))) {
      await("what was queued is in Kafka")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(() -> messages(topic).size() >= written.size() - QUEUES);
    }
    assertThat(written).containsAll(messages(topic));
  }

  @Test
  void aFloodOfDebugLinesPushesNoErrorOut(@TempDir Path folder) throws IOException {
    KafkaTopic topic = new KafkaTopic(kafka, "rsyslog-flood").create(PARTITIONS);
    Path log = folder.resolve("flood.log");
    List<String> written = new ArrayList<>();
    IntFunction<String> line =
        i -> DATED + (i % 100 == 0 ? "ERROR failure " : "DEBUG detail ") + i + " " + "x".repeat(80);
    kafka.process().kill();
    try (RsyslogNode rsyslog =
        RsyslogNode.builder(directories)
            .name("rsyslog-flood")
            .kafka(kafka.bootstrapServers(), topic.name())
            .sources(List.of(LogSource.of("flood", log)))
            .spool("4m", "1m")
            .build()) {
      write(log, written, line, 60_000);
      rsyslog.start();
      rsyslog.awaitReady();
      await("all of it was read, whether there was place or not")
          .atMost(PATIENCE)
          .until(() -> rsyslog.hasRead(log));
      kafka.process().start().awaitReady();
      Set<String> errors =
          written.stream().filter(text -> text.contains("ERROR")).collect(Collectors.toSet());
      await("every error is in Kafka")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(() -> messages(topic).containsAll(errors));
    }
    assertThat(messages(topic)).as("the buffer was too small").hasSizeLessThan(written.size());
  }

  private RsyslogNode rsyslog(String name, KafkaTopic topic, LogSource... sources) {
    RsyslogNode node =
        RsyslogNode.builder(directories)
            .name("rsyslog-" + name)
            .kafka(kafka.bootstrapServers(), topic.name())
            .sources(List.of(sources))
            .build();
    node.start();
    node.awaitReady();
    return node;
  }

  private static void write(Path log, List<String> written, IntFunction<String> line, int count)
      throws IOException {
    try (Writer writer =
        Files.newBufferedWriter(log, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < count; i++) {
        String text = line.apply(written.size());
        written.add(text);
        writer.write(text + "\n");
      }
    }
  }

  private static Set<String> messages(KafkaTopic topic) {
    Set<String> messages = new HashSet<>();
    topic.read(record -> messages.add(event(record).message()));
    return messages;
  }

  private static LogEvent event(ConsumerRecord<byte[], byte[]> record) {
    LogEvent event =
        new JsonLogParser(LogLimits.DEFAULT)
            .parse(
                record.value(),
                new RecordOrigin(
                    record.topic(),
                    "abcde",
                    record.partition(),
                    record.offset(),
                    record.timestamp()))
            .event();
    assertThat(event).as(new String(record.value(), UTF_8)).isNotNull();
    return event;
  }
}
