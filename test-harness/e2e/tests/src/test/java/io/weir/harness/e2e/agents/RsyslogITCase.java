package io.weir.harness.e2e.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.HarnessLayout;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped configuration in a real rsyslogd, in front of a broker of its own that is stopped
 * under it. Kafka is away for ten seconds, with {@code bin/test --long RsyslogITCase} for two
 * minutes, in which rsyslog's pauses between attempts grow to their longest.
 */
@Tag(Lane.SECOND)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RsyslogITCase {
  private static final Duration OUTAGE =
      Duration.ofSeconds(System.getProperty("weir.long") == null ? 10 : 120);

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PARTITIONS = 3;

  /** Of each, rsyslog itself loses the line that it is trying to hand over when it is stopped. */
  private static final int QUEUES = 2;

  /**
   * Entries as imjournal hands them on, in syslog's form: priority, time, program, pid, and the
   * journal's transport where syslog has the kind of message.
   */
  private static final String JOURNAL =
      """
      <30>1 2026-03-29T10:00:00.000001Z web-1 sshd 42 syslog - session opened
      <27>1 2026-03-29T10:00:00.000002Z web-1 kernel - kernel - disk failing
      <30>1 2026-03-29T10:00:00.000003Z web-1 shop 43 stdout - ERROR printed
      <30>1 2026-03-29T10:00:00.000003Z web-1 shop 43 stdout - retrying
      <30>1 2026-03-29T10:00:00.000003Z web-1 shop 43 stdout - retrying
      <30>1 2026-03-29T10:00:00.000004Z web-1 shop 43 stdout - {"message":"of the journal","level":"warn"}
      """;

  /** Counters of rsyslog, lines that tell levels, and the journal's entries. */
  private static final String MORE_INPUTS =
      """
      module(load="impstats" interval="1" format="json" log.syslog="off" log.file="%s")
      input(type="imfile" file="%s" tag="levels" ruleset="weir" addMetadata="on" needParse="off"
        escapeLF="off" readTimeout="2" startmsg.regex="^[^[:space:]]")
      ruleset(name="as-imjournal") {
        set $!SYSLOG_IDENTIFIER = $app-name;
        set $!_PID = $procid;
        set $!_TRANSPORT = $msgid;
        call weir-journal
      }
      input(type="imfile" file="%s" tag="journal" ruleset="as-imjournal" needParse="on")
      """;

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
    List<LevelCases.Case> cases = LevelCases.all();
    Path levels = folder.resolve("levels.log");
    Files.writeString(
        levels,
        cases.stream().map(LevelCases.Case::line).collect(Collectors.joining("\n", "", "\n")));
    Path journal = folder.resolve("journal.log");
    Files.writeString(journal, JOURNAL);
    int count = 7 + cases.size() + JOURNAL.split("\n").length;
    Path stats = folder.resolve("stats.json");
    RsyslogNode rsyslog =
        RsyslogNode.builder(directories)
            .name("rsyslog-shapes")
            .kafka(kafka.bootstrapServers(), topic.name())
            .sources(List.of(LogSource.of("shop", dated), LogSource.of(mixed)))
            .inputs(MORE_INPUTS.formatted(stats, levels, journal))
            .build();
    try (rsyslog) {
      rsyslog.start();
      rsyslog.awaitReady();
      await().atMost(PATIENCE).until(() -> topic.size() >= count);
      await("its own count of what went through each queue")
          .atMost(PATIENCE)
          .until(() -> processed(stats, "weir-urgent") + processed(stats, "weir-rest") >= count);
    }
    Map<String, LogEvent> events = new HashMap<>();
    Set<String> ids = new HashSet<>();
    Map<LogLevel, Integer> byLevel = new EnumMap<>(LogLevel.class);
    topic.read(
        record -> {
          LogEvent event = event(record);
          events.put(event.message().lines().findFirst().orElseThrow(), event);
          assertThat(ids.add(event.producerId())).as(event.producerId()).isTrue();
          byLevel.merge(event.level(), 1, Integer::sum);
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

    LogEvent entry = events.get("session opened");
    assertThat(entry.service()).isEqualTo("sshd");
    assertThat(entry.level()).isEqualTo(LogLevel.INFO);
    assertThat(entry.timestampNanos()).isEqualTo(1_774_778_400_000_001_000L);
    assertThat(entry.fields()).contains("\"pid\": \"42\"");
    assertThat(events.get("disk failing").level()).isEqualTo(LogLevel.ERROR);
    assertThat(events.get("ERROR printed").level())
        .as("not its priority")
        .isEqualTo(LogLevel.ERROR);
    LogEvent object = events.get("of the journal");
    assertThat(object.level()).isEqualTo(LogLevel.WARN);
    assertThat(object.timestampNanos()).isEqualTo(1_774_778_400_000_004_000L);

    assertThat(ids).as("equal lines of one moment are several events").hasSize(count);
    int urgent =
        byLevel.entrySet().stream()
            .filter(level -> level.getKey().compareTo(LogLevel.WARN) >= 0)
            .mapToInt(Map.Entry::getValue)
            .sum();
    assertThat(processed(stats, "weir-urgent")).as("WARN and above").isEqualTo(urgent);
    assertThat(processed(stats, "weir-rest")).isEqualTo(count - urgent);
  }

  /** How many events a queue's action has been given, by the newest line of rsyslog's counters. */
  private static int processed(Path stats, String action) throws IOException {
    Matcher line =
        Pattern.compile("\"name\": ?\"" + action + "\"[^\\n]*\"processed\": ?(\\d+)")
            .matcher(Files.exists(stats) ? Files.readString(stats) : "");
    int processed = 0;
    while (line.find()) {
      processed = Integer.parseInt(line.group(1));
    }
    return processed;
  }

  @Test
  void theExampleOfInputsIsUnderstoodWithTheJournalToo(@TempDir Path folder) throws Exception {
    HarnessLayout layout = HarnessLayout.find();
    Path agents = layout.root().resolve("k8s/agents");
    String example = Files.readString(agents.resolve("rsyslog-inputs.conf"));
    String withJournal = example.replaceAll("(?m)^# (?=\\$|module)", "");
    assertThat(withJournal)
        .contains("\n$DefaultRuleset weir-journal\n", "\nmodule(load=\"imjournal\"");
    Path inputs = Files.writeString(folder.resolve("inputs.conf"), withJournal);
    ProcessBuilder check =
        new ProcessBuilder(
                layout.nativeServers().program("rsyslogd").toString(),
                "-N1",
                "-f",
                agents.resolve("rsyslog.conf").toString())
            .redirectErrorStream(true);
    check.environment().put("WEIR_INPUTS", inputs.toString());
    check.environment().put("WEIR_SPOOL", folder.toString());
    for (String name : List.of("KAFKA", "TOPIC", "HOST", "ZONE")) {
      check.environment().put("WEIR_" + name, "any");
    }
    check.environment().put("WEIR_SPOOL_REST", "4m");
    check.environment().put("WEIR_SPOOL_URGENT", "1m");
    Process process = check.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).doesNotContain("error", "warning");
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
