package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.Sample;
import io.weir.operators.counts.CountSettings;
import io.weir.operators.logs.DropDuplicates;
import io.weir.operators.logs.DuplicateSettings;
import io.weir.operators.logs.RouteLogs;
import io.weir.operators.metrics.CombineSettings;
import io.weir.operators.metrics.LatePoints;
import io.weir.operators.metrics.SeriesLimits;
import io.weir.operators.rules.RuleRecord;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointWriter;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What jobs of released versions were stopped with goes on in the present code, also with an
 * operator more, and with one less if its state is removed on purpose.
 */
class JobStateTest {
  /** A whole minute of 2100: what a job remembers is never too old for the machine's clock. */
  private static final long START = 4_102_444_800_000L;

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String DROP_DUPLICATES = "logs-drop-duplicates";
  private static final String MATCHES = "weir_rule_log_matches_total";
  private static final DuplicateSettings DUPLICATES =
      new DuplicateSettings(true, Duration.ofMinutes(10), 10_000);

  @RegisterExtension private static final MiniClusterExtension CLUSTER = TestCluster.ofTwoSlots();

  @TempDir private Path folder;

  private final ScriptedSource<ParsedLog> logs = new ScriptedSource<>(ParsedLog.class);
  private final ScriptedSource<RuleRecord> rules = new ScriptedSource<>(RuleRecord.class);
  private final ScriptedSource<ParsedMetric> metrics = new ScriptedSource<>(ParsedMetric.class);
  private final CollectingSink<LogEvent> hot = new CollectingSink<>();
  private final CollectingSink<LogEvent> archive = new CollectingSink<>();
  private final CollectingSink<DeadLetter> deadLetters = new CollectingSink<>();
  private final CollectingSink<MetricPoint> points = new CollectingSink<>();
  private final CollectingSink<Sample> samples = new CollectingSink<>();
  private final CollectingSink<LatePoints> late = new CollectingSink<>();
  private JobClient job;

  static List<String> versions() {
    return ReleasedSavepoint.versions();
  }

  @BeforeAll
  static void writeSavepoints(@TempDir Path scratch) throws Exception {
    if (ReleasedSavepoint.WRITE) {
      new JobStateTest().writeTo(scratch);
    }
  }

  private void writeTo(Path scratch) throws Exception {
    startLogs(Map.of());
    logs.say(log(0, "a"));
    await().atMost(PATIENCE).until(() -> offsets(archive).equals(List.of(0L)));
    ReleasedSavepoint.keep("logs", job, scratch);

    startLogMetrics(Map.of());
    sayRule();
    for (long offset = 0; lastOf(MATCHES) < 3; offset++) {
      // The rule may come later than the first of them.
      double before = lastOf("log_events_total");
      logs.say(log(offset, null));
      await().atMost(PATIENCE).until(() -> lastOf("log_events_total") > before);
    }
    ReleasedSavepoint.keep("log-metrics", job, scratch);

    startMetrics(Map.of());
    request(5, 1);
    request(1, 20);
    metrics.say(
        ParsedMetric.of(TestingLogs.poison(new RecordOrigin("metrics", "0a1b2", 0, 1, START))));
    await().atMost(PATIENCE).until(() -> deadLetters.collected().size() == 1);
    await().atMost(PATIENCE).until(() -> totals().equals(List.of("5 @15")));
    ReleasedSavepoint.keep("metrics", job, scratch);
  }

  @AfterEach
  void stop() throws Exception {
    if (job == null) {
      return;
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try {
                if (job.getJobStatus().get().isGloballyTerminalState()) {
                  return true;
                }
                job.cancel().get();
                return false;
              } catch (ExecutionException | IllegalStateException e) {
                return true; // it has never run
              }
            });
  }

  @ParameterizedTest
  @MethodSource("versions")
  void logsKnowTheDuplicatesOfWhatTheyHadTaken(String version) throws Exception {
    startLogs(from(ReleasedSavepoint.of(version, "logs")));

    sayADuplicateAndAnother();

    assertThat(deadLetters.collected())
        .extracting(letter -> letter.reason() + " " + letter.origin().offset())
        .containsExactly("duplicate 1");
    assertThat(offsets(hot)).containsExactly(2L);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void logMetricsCountOn(String version) throws Exception {
    startLogMetrics(from(ReleasedSavepoint.of(version, "log-metrics")));
    sayRule();

    logs.say(log(1_000, null));
    await().atMost(PATIENCE).until(() -> lastOf(MATCHES) == 4);
    double events = lastOf("log_events_total");
    logs.say(log(1_001, null));

    await().atMost(PATIENCE).until(() -> lastOf(MATCHES) == 5);
    assertThat(events).isGreaterThanOrEqualTo(4);
    assertThat(lastOf("log_events_total")).isEqualTo(events + 1);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void metricsGoOnWithTheirTotalsAndOpenWindows(String version) throws Exception {
    startMetrics(from(ReleasedSavepoint.of(version, "metrics")));

    request(100, 2); // of a window that was emitted
    request(2, 21);
    request(10, 40);

    await().atMost(PATIENCE).until(() -> totals().contains("8 @30"));
    assertThat(totals()).containsExactly("8 @30");
    assertThat(late.collected()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void anOperatorMayBeAdded(String version) throws Exception {
    startChangedLogs(ReleasedSavepoint.of(version, "logs"), true, true);

    sayADuplicateAndAnother();

    assertThat(offsets(archive)).containsExactly(2L);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void anOperatorThatIsGoneFailsTheStartUnlessItsStateIsRemoved(String version) throws Exception {
    String savepoint = ReleasedSavepoint.of(version, "logs");
    assertThatThrownBy(
            () -> {
              startChangedLogs(savepoint, false, false);
              job.getJobExecutionResult().get();
            })
        .hasStackTraceContaining("Cannot map checkpoint/savepoint state for operator");

    String removed = folder.resolve("removed").toUri().toString();
    StreamExecutionEnvironment processor = StreamExecutionEnvironment.getExecutionEnvironment();
    SavepointWriter.fromExistingSavepoint(processor, savepoint)
        .removeOperator(OperatorIdentifier.forUid(DROP_DUPLICATES))
        .write(removed);
    processor.execute("remove the state of " + DROP_DUPLICATES);
    startChangedLogs(removed, false, false);

    logs.say(log(1, "a"));
    await().atMost(PATIENCE).until(() -> offsets(archive).equals(List.of(1L)));
    assertThat(deadLetters.collected()).isEmpty();
  }

  @Test
  void everyJobWithStateHasASavepointOfThisVersion() {
    assertThat(List.of("logs", "log-metrics", "metrics", "alerts"))
        .allSatisfy(
            name ->
                assertThat(
                        Path.of(URI.create(ReleasedSavepoint.of(ReleasedSavepoint.VERSION, name))))
                    .isDirectoryContaining("glob:**_metadata"));
  }

  private void sayADuplicateAndAnother() {
    logs.say(log(1, "a"));
    logs.say(log(2, "b"));
    await().atMost(PATIENCE).until(() -> offsets(archive).equals(List.of(2L)));
  }

  private void startLogs(Map<String, String> changes) throws Exception {
    StreamExecutionEnvironment env = environment("logs-job.yaml", changes);
    LogsTopology.build(
        env,
        logs,
        DUPLICATES,
        new LogsTopology.Sinks(Optional.of(hot), Optional.of(archive), deadLetters));
    job = env.executeAsync();
  }

  private void startLogMetrics(Map<String, String> changes) throws Exception {
    StreamExecutionEnvironment env = environment("log-metrics-job.yaml", changes);
    LogMetricsTopology.build(
        env,
        logs,
        rules,
        new CountSettings(
            List.of(), Duration.ofMillis(20), Duration.ofMinutes(1), Duration.ofHours(1)),
        points);
    job = env.executeAsync();
  }

  private void startMetrics(Map<String, String> changes) throws Exception {
    StreamExecutionEnvironment env = environment("metrics-job.yaml", changes);
    MetricsTopology.build(
        env,
        metrics,
        new MetricsTopology.Settings(
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            new CombineSettings(100, List.of(), new SeriesLimits(100, 1000, Duration.ofHours(1))),
            Duration.ofDays(36_500)),
        new MetricsTopology.Sinks(samples, deadLetters, Optional.of(late)));
    job = env.executeAsync();
  }

  /** The logs job as another version of it might be. */
  private void startChangedLogs(String savepoint, boolean dropsDuplicates, boolean counts)
      throws Exception {
    StreamExecutionEnvironment env = environment("logs-job.yaml", from(savepoint));
    SingleOutputStreamOperator<ParsedLog> parsed =
        env.fromSource(logs, WatermarkStrategy.noWatermarks(), "logs").uid("logs-source");
    if (dropsDuplicates) {
      parsed =
          parsed.process(new DropDuplicates(DUPLICATES, Clock.systemUTC())).uid(DROP_DUPLICATES);
    }
    if (counts) {
      parsed = parsed.process(new Counting()).uid("logs-counting");
    }
    SingleOutputStreamOperator<LogEvent> events = parsed.process(new RouteLogs()).uid("logs-route");
    events.sinkTo(archive).uid("logs-archive");
    events.getSideOutput(RouteLogs.DEAD_LETTERS).sinkTo(deadLetters).uid("logs-dead-letters");
    job = env.executeAsync();
  }

  private static StreamExecutionEnvironment environment(String file, Map<String, String> changes) {
    StreamExecutionEnvironment env = Graphs.environment(file, changes);
    env.getConfig().setAutoWatermarkInterval(5);
    env.setParallelism(1);
    return env;
  }

  private static Map<String, String> from(String savepoint) {
    return Map.of("execution.state-recovery.path", savepoint);
  }

  private void sayRule() {
    rules.say(
        new RuleRecord(
            "r",
            4,
            """
            {"kind":"log_match","query":"event","threshold":5,"notification_channel":"ops"}"""
                .getBytes(StandardCharsets.UTF_8)));
    rules.say(RuleRecord.caughtUp());
  }

  private static ParsedLog log(long offset, String producerId) {
    RecordOrigin origin = new RecordOrigin("logs", "0a1b2", 0, offset, START + offset);
    return ParsedLog.of(TestingLogs.event(origin, producerId, 0));
  }

  private void request(double number, long second) {
    metrics.say(
        ParsedMetric.of(
            new MetricPoint(
                "requests", number, START + 1_000 * second, Map.of("host", "h1"), MetricType.DELTA),
            ParsedMetric.TimeSource.PRODUCER));
  }

  private static List<Long> offsets(CollectingSink<LogEvent> sink) {
    return sink.collected().stream().map(LogEvent::offset).toList();
  }

  private double lastOf(String metric) {
    return points.collected().stream()
        .filter(point -> point.metric().equals(metric))
        .mapToDouble(MetricPoint::value)
        .reduce(0, (a, b) -> b);
  }

  private List<String> totals() {
    return samples.collected().stream()
        .map(
            sample ->
                Math.round(sample.value()) + " @" + (sample.timestampMillis() - START) / 1_000)
        .toList();
  }

  /** Counts what passes, and keeps the number in state. */
  private static final class Counting extends ProcessFunction<ParsedLog, ParsedLog>
      implements CheckpointedFunction {
    private static final long serialVersionUID = 1;

    private transient ListState<Long> state;
    private long number;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      state =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("number", Types.LONG));
      for (Long restored : state.get()) {
        number += restored;
      }
    }

    @Override
    public void processElement(ParsedLog log, Context context, Collector<ParsedLog> out) {
      number++;
      out.collect(log);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      state.update(List.of(number));
    }
  }
}
