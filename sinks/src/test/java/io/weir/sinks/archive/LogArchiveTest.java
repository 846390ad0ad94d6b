package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.model.archive.ArchiveBucket;
import io.weir.model.archive.ArchiveLayout;
import io.weir.model.log.LogEvent;
import io.weir.sinks.archive.ArchiveSettings.Compaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LogArchiveTest {
  private static final int EVENTS = 60_000;
  private static final int EVENTS_PER_CHECKPOINT = 8_000;
  private static final int PARALLELISM = 2;

  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(PARALLELISM)
              .build());

  /** Shared with the functions on the MiniCluster, which runs in this JVM. */
  private static final AtomicInteger CHECKPOINTS = new AtomicInteger();

  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

  @TempDir Path folder;
  @TempDir Path savepoints;

  @BeforeEach
  void reset() {
    CHECKPOINTS.set(0);
    FAILURES_LEFT.set(0);
  }

  @Test
  void holdsEveryEventOnceAlthoughTheJobFails() throws Exception {
    FAILURES_LEFT.set(2);
    run(settings().build());
    assertThat(FAILURES_LEFT).hasValue(0);
    assertHoldsEveryEventOnce();
    assertThat(visibleFiles())
        .allSatisfy(
            file ->
                assertThat(file.getFileName().toString())
                    .matches("batch-[0-9a-f-]{36}-\\d+\\.parquet"));
  }

  @Test
  void putsEventsWhereReadersOfAServiceAndADayLookForThem() throws Exception {
    run(settings().build());
    assertHoldsEveryEventOnce();
    List<ArchiveBucket> buckets =
        visibleFiles().stream()
            .map(file -> ArchiveLayout.parse(file.toString()).orElseThrow())
            .distinct()
            .toList();
    // Three hours of nine services, and the late folders of six days.
    assertThat(buckets).filteredOn(bucket -> !bucket.mixed()).hasSize(27);
    assertThat(buckets)
        .filteredOn(ArchiveBucket::mixed)
        .hasSizeBetween(4, 6)
        .noneMatch(ArchiveBucket::catchAll);
    try (DuckDb duckDb = new DuckDb()) {
      List<List<String>> rows =
          duckDb.query(
              "SELECT DISTINCT filename, service, epoch_ns(min(timestamp)), epoch_ns(max(timestamp))"
                  + " FROM read_parquet('"
                  + folder
                  + "/**/*.parquet', filename = true, hive_partitioning = false)"
                  + " GROUP BY filename, service");
      for (List<String> row : rows) {
        ArchiveBucket bucket = ArchiveLayout.parse(row.get(0)).orElseThrow();
        assertThat(bucket.mayContain(row.get(1))).as(row.toString()).isTrue();
        assertThat(instant(row.get(2))).isAfterOrEqualTo(bucket.from().orElseThrow());
        assertThat(instant(row.get(3))).isBefore(bucket.to().orElseThrow());
      }
    }
  }

  @Test
  void sharesFilesWhenMoreWouldBeOpenThanAllowed() throws Exception {
    run(settings().maxOpenFiles(ArchiveSettings.MIN_OPEN_FILES).build());
    assertHoldsEveryEventOnce();
    assertThat(visibleFiles())
        .anyMatch(file -> file.toString().contains("date=2026-03-29/hour=late/service=_mixed"));
  }

  @Test
  void closesAFileThatHasBecomeLargeBeforeTheCheckpoint() throws Exception {
    run(
        settings()
            .rowGroupBytes(1 << 20)
            .writerMemoryBytes(1 << 20)
            .maxFileBytes(10_000)
            .maxOpenFiles(ArchiveSettings.MIN_OPEN_FILES)
            .build());
    assertHoldsEveryEventOnce();
    assertThat(visibleFiles()).anyMatch(file -> !file.toString().endsWith("-0.parquet"));
  }

  @Test
  void compactsSmallFilesIntoLargerOnesAndRemovesThem() throws Exception {
    FAILURES_LEFT.set(1);
    run(settings().compaction(Compaction.every(3)).build());
    assertHoldsEveryEventOnce();
    assertThat(visibleFiles())
        .allSatisfy(
            file ->
                assertThat(file.getFileName().toString())
                    .matches("compacted-batch-[0-9a-f-]{36}-\\d+\\.parquet"));
    int checkpoints = EVENTS / EVENTS_PER_CHECKPOINT;
    assertThat(visibleFiles().size()).isLessThan(27 * checkpoints * PARALLELISM / 3);
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().matches("\\..*\\.parquet")))
          .isEmpty();
    }
  }

  @Test
  void goesOnWithoutCompactionFromTheStateOfAJobThatCompacted() throws Exception {
    StreamExecutionEnvironment env = environment(new Configuration());
    build(env, settings().compaction(Compaction.every(1_000)).build());
    JobClient job = env.executeAsync();
    await().atMost(Duration.ofSeconds(60)).until(() -> CHECKPOINTS.get() >= 3 * PARALLELISM);
    String savepoint =
        job.stopWithSavepoint(false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
            .get(60, TimeUnit.SECONDS);
    assertThat(visibleFiles()).isEmpty();

    Configuration restored = new Configuration();
    restored.setString("execution.state-recovery.path", savepoint);
    StreamExecutionEnvironment next = environment(restored);
    build(next, settings().compaction(Compaction.OFF).build());
    next.execute();
    assertHoldsEveryEventOnce();
  }

  private ArchiveSettings.Builder settings() {
    return ArchiveSettings.at(folder.toUri().toString());
  }

  private static void run(ArchiveSettings settings) throws Exception {
    StreamExecutionEnvironment env = environment(new Configuration());
    build(env, settings);
    env.execute();
  }

  private static StreamExecutionEnvironment environment(Configuration configuration) {
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("pipeline.auto-generate-uids", "false");
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.delay", "0 s");
    configuration.setString("restart-strategy.fixed-delay.attempts", "3");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(PARALLELISM);
    env.enableCheckpointing(100);
    return env;
  }

  private static void build(StreamExecutionEnvironment env, ArchiveSettings settings) {
    DataGeneratorSource<LogEvent> source =
        new DataGeneratorSource<>(
            NumberedEvents::event,
            EVENTS,
            RateLimiterStrategy.perCheckpoint(EVENTS_PER_CHECKPOINT),
            TypeInformation.of(LogEvent.class));
    env.fromSource(
            source,
            org.apache.flink.api.common.eventtime.WatermarkStrategy.noWatermarks(),
            "numbers")
        .uid("numbers")
        .map(new FailingNowAndThen())
        .uid("failing")
        .sinkTo(LogArchive.sink(settings))
        .uid("archive");
  }

  private void assertHoldsEveryEventOnce() throws Exception {
    List<LogEvent> expected =
        LongStream.range(0, EVENTS)
            .mapToObj(NumberedEvents::event)
            .sorted(Comparator.comparing(LogEvent::partition).thenComparing(LogEvent::offset))
            .toList();
    try (DuckDb duckDb = new DuckDb()) {
      List<LogEvent> rows =
          duckDb.read(folder + "/**/*.parquet").stream().map(DuckDb.Row::event).toList();
      assertThat(rows.size()).isEqualTo(EVENTS);
      assertThat(rows.equals(expected)).as("the same events").isTrue();
    }
  }

  private List<Path> visibleFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.parquet"))
          .sorted()
          .toList();
    }
  }

  private static Instant instant(String nanos) {
    return Instant.ofEpochSecond(0, Long.parseLong(nanos));
  }

  /** Fails as often as it is told to, some events after a checkpoint has completed. */
  private static final class FailingNowAndThen extends RichMapFunction<LogEvent, LogEvent>
      implements CheckpointListener {
    private static final long serialVersionUID = 1L;

    private transient int eventsSinceCheckpoint;
    private transient boolean afterCheckpoint;

    @Override
    public LogEvent map(LogEvent event) {
      eventsSinceCheckpoint++;
      if (afterCheckpoint
          && eventsSinceCheckpoint > 500
          && FAILURES_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("on purpose");
      }
      return event;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      CHECKPOINTS.incrementAndGet();
      afterCheckpoint = true;
      eventsSinceCheckpoint = 0;
    }
  }
}
