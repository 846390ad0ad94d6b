package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.ship.LogShipper;
import io.weir.harness.ship.LogSource;
import io.weir.harness.ship.ShipperConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The log shipper against a real broker and the real logs of real processes. */
@ExtendWith(SharedNodes.class)
class LogShipperITCase {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void everyLineArrivesOnceThroughRestartsRotationsAndABrokerThatDies(
      SharedNodes nodes, @TempDir Path directory) throws IOException {
    KafkaTopic topic = new KafkaTopic(nodes.kafka(), "proof-shipper").create(2);
    Path log = directory.resolve("app.log");
    List<LogSource> sources = List.of(LogSource.of("app", log));
    List<String> written = new ArrayList<>();

    try (LogShipper shipper = ship(nodes, topic, directory, sources)) {
      append(log, written, 5_000);
      await("some lines are shipped")
          .atMost(Duration.ofSeconds(60))
          .until(() -> shipper.shippedEvents() > 0);
      rotate(log);
      append(log, written, 5_000);
    }
    // Closed with lines on their way. What is written meanwhile is found, rotated or not.
    append(log, written, 5_000);
    rotate(log);
    append(log, written, 5_000);
    try (LogShipper shipper = ship(nodes, topic, directory, sources)) {
      await("the second run ships")
          .atMost(Duration.ofSeconds(60))
          .until(() -> shipper.shippedEvents() > 0);
      ManagedProcess broker = nodes.kafka().process();
      broker.kill();
      append(log, written, 5_000);
      broker.start().awaitReady();
      append(log, written, 5_000);
      await("every line is in Kafka")
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(() -> topic.size() >= written.size());
      assertThat(shipper.failure()).isNull();
    }
    List<String> arrived = new ArrayList<>();
    topic.read(record -> arrived.add(json(record.value()).path("message").textValue()));
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void understandsTheLogsOfEveryRealProcess(SharedNodes nodes, @TempDir Path directory)
      throws IOException {
    nodes.elasticsearch();
    nodes.flink();
    KafkaTopic topic = new KafkaTopic(nodes.kafka(), "proof-formats").create(1);
    List<LogSource> sources =
        nodes.processes().stream()
            .map(process -> LogSource.of(process.name(), process.logFile()))
            .toList();
    try (LogShipper shipper = ship(nodes, topic, directory, sources)) {
      awaitQuiet(shipper);
    }
    Map<String, int[]> understood = new TreeMap<>();
    List<String> odd = new ArrayList<>();
    topic.read(
        record -> {
          JsonNode event = json(record.value());
          boolean head = event.hasNonNull("timestamp") && event.hasNonNull("level");
          int[] counts =
              understood.computeIfAbsent(event.path("service").textValue(), key -> new int[2]);
          counts[head ? 0 : 1]++;
          if (!head) {
            odd.add(event.path("service").textValue() + ": " + event.path("message").textValue());
          }
        });
    assertThat(understood).hasSameSizeAs(sources);
    // A JVM may print a warning of its own before the first log line.
    understood.forEach(
        (service, counts) ->
            assertThat(counts[1])
                .as("lines of %s without time and level: %s", service, odd)
                .isLessThanOrEqualTo(Math.max(3, counts[0] / 20)));
  }

  /** Were there a loop, each shipped line would cause another, and these a next one, for ever. */
  @Test
  void aShippedLineCausesNoOther(SharedNodes nodes, @TempDir Path directory) throws IOException {
    int lines = 20_000;
    Path user = directory.resolve("user.log");
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-loop").start()) {
      List<LogSource> sources = new ArrayList<>();
      nodes
          .processes()
          .forEach(process -> sources.add(LogSource.of(process.name(), process.logFile())));
      sources.add(LogSource.of("user", user));
      try (LogShipper shipper = ship(nodes, pipeline.topic(), directory, sources)) {
        awaitQuiet(shipper);
        long before = shipper.shippedEvents();
        append(user, new ArrayList<>(), lines);
        await("the lines are shipped")
            .atMost(Duration.ofSeconds(60))
            .until(() -> shipper.shippedEvents() >= before + lines);
        pipeline.oracle().awaitOutcomes(Duration.ofMinutes(3));
        awaitQuiet(shipper);
        long others = shipper.shippedEvents() - before - lines;
        // New indices, checkpoints and files of the archive do log, whatever is in them.
        assertThat(others).isLessThan(lines / 20);
      }
    }
  }

  private static LogShipper ship(
      SharedNodes nodes, KafkaTopic topic, Path directory, List<LogSource> sources)
      throws IOException {
    return LogShipper.start(
        ShipperConfig.ofThisMachine(
            nodes.kafka().bootstrapServers(),
            topic.name(),
            directory.resolve("positions"),
            sources));
  }

  /** Waits until three seconds brought fewer than ten events: a checkpoint may log at any time. */
  private static void awaitQuiet(LogShipper shipper) {
    long[] last = {-100};
    await("the shipper has caught up")
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofSeconds(3))
        .until(
            () -> {
              long now = shipper.shippedEvents();
              boolean quiet = now > 0 && now - last[0] < 10;
              last[0] = now;
              return quiet;
            });
  }

  private static void append(Path log, List<String> written, int count) throws IOException {
    try (Writer writer =
        Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < count; i++) {
        String message = "line number " + written.size() + " of a file that is rotated";
        writer.write("2026-11-23 06:45:56,123 INFO io.weir.Foo - " + message + "\n");
        written.add(message);
      }
    }
  }

  private static void rotate(Path log) throws IOException {
    for (int i = 9; i >= 1; i--) {
      Path from = i == 1 ? log : log.resolveSibling("app.log." + (i - 1));
      if (Files.exists(from)) {
        Files.move(from, log.resolveSibling("app.log." + i));
      }
    }
  }

  private static JsonNode json(byte[] value) {
    try {
      return MAPPER.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
