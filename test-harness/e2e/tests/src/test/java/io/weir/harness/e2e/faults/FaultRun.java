package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.delivery.DeliveryOracle;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.e2e.delivery.LedgerEntry;
import io.weir.harness.e2e.logs.BackgroundLoad;
import io.weir.harness.e2e.logs.LogsPipeline;
import io.weir.harness.e2e.logs.PipelineNodes;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.KafkaServers;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.TestInfo;

/**
 * One scenario: a pipeline of its own, under a load that never pauses, to which things are done;
 * and in the end the question what became of every event.
 *
 * <p>What is drawn comes from {@code -Dweir.faults.seed}, which is printed: the same seed gives the
 * same schedule, whichever scenarios run beside it.
 */
final class FaultRun implements AutoCloseable {
  static final long SEED = Long.getLong("weir.faults.seed", 1);

  /** How the report names the dead letters of copies. */
  static final String DUPLICATES = "all duplicate";

  private static final int RATE = 500;

  /** Without any progress for so long, something is stuck. */
  private static final Duration STALL = Duration.ofMinutes(3);

  private final FaultStack stack;
  private final Scenario scenario;
  private final LogsPipeline pipeline;
  private final BackgroundLoad load;
  private final DeliveryOracle oracle;
  private final ScenarioJob job;
  private Duration recovery = Duration.ZERO;

  private FaultRun(
      FaultStack stack,
      Scenario scenario,
      LogsPipeline pipeline,
      BackgroundLoad load,
      DeliveryOracle oracle) {
    this.stack = stack;
    this.scenario = scenario;
    this.pipeline = pipeline;
    this.load = load;
    this.oracle = oracle;
    this.job = new ScenarioJob(stack, scenario, pipeline.job());
  }

  /** Starts pipeline and load, and waits until there is something to lose and to double. */
  static FaultRun begin(FaultStack stack, TestInfo test) {
    return begin(stack, stack.pipelineNodes(), test);
  }

  /** The same with another Kafka than that of the stack. */
  static FaultRun begin(FaultStack stack, KafkaServers kafka, TestInfo test) {
    return begin(stack, stack.pipelineNodes(kafka), test);
  }

  private static FaultRun begin(FaultStack stack, PipelineNodes nodes, TestInfo test) {
    Scenario scenario = scenario(test);
    FaultRun run = started(stack, nodes, scenario, topic -> load(nodes.kafka(), scenario, topic));
    try {
      run.oracle.producersRepeat();
      run.awaitCheckpoints(2);
      return run;
    } catch (RuntimeException | Error e) {
      run.close();
      throw e;
    }
  }

  /** Starts a pipeline for records that the scenario sends by itself. */
  static FaultRun beginWithoutLoad(FaultStack stack, TestInfo test) {
    FaultRun run = started(stack, stack.pipelineNodes(), scenario(test), topic -> null);
    run.oracle.producersRepeat();
    return run;
  }

  private static FaultRun started(
      FaultStack stack,
      PipelineNodes nodes,
      Scenario scenario,
      Function<KafkaTopic, BackgroundLoad> load) {
    stack.mend();
    LogsPipeline pipeline = pipeline(nodes, scenario);
    try {
      pipeline.start();
      return new FaultRun(
          stack, scenario, pipeline, load.apply(pipeline.topic()), pipeline.oracle());
    } catch (RuntimeException | Error e) {
      pipeline.close();
      throw e;
    }
  }

  private static BackgroundLoad load(KafkaServers kafka, Scenario scenario, KafkaTopic topic) {
    return new BackgroundLoad(
        kafka.bootstrapServers(),
        topic,
        new LogStream(
            new LogStream.Plan(scenario.id(), SEED, 5, 4, 0).withRepeatEvery(20),
            EventTimes.from(Clock.systemUTC())),
        RATE);
  }

  private static LogsPipeline pipeline(PipelineNodes nodes, Scenario scenario) {
    // A short interval: more checkpoints, more commits, more that can be hit.
    return new LogsPipeline(nodes, "faults-" + scenario.id())
        .withTemplatesInstalled()
        .sharedBucket(FaultStack.ARCHIVE)
        // A question for partitions is under way whenever Kafka falls silent.
        .option("kafka.partition-discovery", "5 s")
        .flink("execution.checkpointing.interval", "5 s");
  }

  /** Returns which scenario a test is, and says so. */
  static Scenario scenario(TestInfo test) {
    Scenario scenario = test.getTestMethod().orElseThrow().getAnnotation(Scenario.class);
    System.out.printf(
        "=== %s: %s (seed %d)%n    correct: %s%n",
        scenario.id(), scenario.broken(), SEED, scenario.correct());
    return scenario;
  }

  /** Of whichever JobManager lives. */
  private FlinkRest rest() {
    return stack.flink().rest();
  }

  LogsPipeline pipeline() {
    return pipeline;
  }

  /** What this scenario draws from. */
  SplittableRandom random() {
    return job.random();
  }

  /** Draws a length. */
  Duration between(int seconds, int moreSeconds) {
    return job.between(seconds, moreSeconds);
  }

  /** Lets some more events come, at most so many. */
  void somewhereInTheNext(int events) {
    awaitEvents(random().nextInt(events + 1));
  }

  void awaitEvents(long more) {
    long wanted = pipeline.topic().size() + more;
    await("the topic holds " + wanted + " records")
        .atMost(STALL)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> pipeline.topic().size() >= wanted);
  }

  /** Waits for so many more completed checkpoints. */
  void awaitCheckpoints(long more) {
    long wanted = rest().checkpoints(pipeline.jobId()).completed() + more;
    await(more + " more checkpoints of " + scenario.id())
        .atMost(STALL)
        .ignoreExceptions()
        .until(() -> rest().checkpoints(pipeline.jobId()).completed() >= wanted);
  }

  /** Breaks something, leaves it broken for a while, mends it, and waits for the recovery. */
  void endure(Disturbance disturbance, Duration length) throws Exception {
    strike(disturbance, length);
    recover();
  }

  /**
   * Breaks something, leaves it broken for a while, and for as long as nothing has been struck by
   * it, and mends it.
   */
  void strike(Disturbance disturbance, Duration length) throws Exception {
    assertRunning();
    job.strike(disturbance, length, () -> {});
  }

  /** Counts faults. */
  void struck(long more) {
    job.struck(more);
  }

  /** The new leader counts restarts from zero: call this before the old one is killed. */
  void leaderEnds() {
    job.countsAnew();
  }

  /** Waits until everything that has been sent by now is in both stores. */
  void recover() {
    long start = System.nanoTime();
    oracle.awaitOutcomes(pipeline.topic().size(), STALL);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("    recovered in %.1f s%n", took.toMillis() / 1000.0);
    recovery = took.compareTo(recovery) > 0 ? took : recovery;
  }

  /** The time is the fault's own: nothing is waited for. */
  static void hold(Duration length) {
    long start = System.nanoTime();
    await("the fault has lasted its time")
        .atMost(length.plusMinutes(1))
        .pollInterval(Duration.ofMillis(50))
        .pollDelay(Duration.ZERO)
        .until(() -> System.nanoTime() - start >= length.toNanos());
  }

  /** How often the job has been restarted, by whichever leader. */
  long restarts() {
    return job.restarts();
  }

  /** Ends the load and holds the stores against it: nothing but copies is a dead letter. */
  DeliveryReport verify() {
    return verify(Set.of());
  }

  /**
   * Ends the load and holds the stores against it: each event once, and its copy, where its agent
   * sent it twice, a dead letter.
   *
   * @param mayBeDead reasons that the fault gives for other dead letters, as the report names them
   */
  DeliveryReport verify(Set<String> mayBeDead) {
    LoadReport sent = load.finishAt(0);
    DeliveryReport report = verifyDelivery();
    assertThat(oracle.compareWith(sent)).isEmpty();
    assertThat(report.input()).isEqualTo(sent.records());
    Map<String, Long> letters = new TreeMap<>(report.deadLetters());
    assertThat(sent.repeats()).isPositive();
    assertThat(letters.remove(DUPLICATES)).as("copies").isEqualTo(sent.repeats());
    assertThat(letters.keySet()).isSubsetOf(mayBeDead);
    Map<String, Integer> stored = storedTimes();
    assertThat(stored).hasSize(Math.toIntExact(sent.events()));
    assertThat(stored.values()).containsOnly(1);
    return report;
  }

  /** Returns how often an event, whatever its places in Kafka, is stored, by its name. */
  Map<String, Integer> storedTimes() {
    Map<String, Integer> times = new TreeMap<>();
    for (LedgerEntry entry : oracle.entries()) {
      entry
          .stored()
          .ifPresent(
              event ->
                  times.merge(
                      name(
                          event.fields().path(LogStream.SOURCE_FIELD).asText(),
                          event.fields().path(LogStream.SEQUENCE_FIELD).asText()),
                      1,
                      Integer::sum));
    }
    return times;
  }

  /** Returns what tells a generated event from all others. */
  static String name(String source, String sequence) {
    return source + " " + sequence;
  }

  /** Holds the stores against the topic. */
  DeliveryReport verifyDelivery() {
    oracle.awaitOutcomes(STALL);
    DeliveryReport report = oracle.check();
    System.out.println("    " + report);
    assertThat(report.problems()).isEmpty();
    assertThat(rest().jobState(pipeline.jobId())).isEqualTo("RUNNING");
    job.figures(
        report.input(),
        report.deadLetters().values().stream().mapToLong(Long::longValue).sum(),
        recovery);
    return report;
  }

  /** Returns how many records of the load Kafka has acknowledged so far. */
  long acknowledged() {
    return load.acknowledged();
  }

  /** Returns how many documents of this scenario's topic some indices have. */
  long documentsIn(String indices) {
    String unused = stack.elasticsearch().send("POST", "/" + indices + "/_refresh", "");
    return stack
        .elasticsearch()
        .get("/" + indices + "/_count?q=kafka_topic:%22" + pipeline.topic().name() + "%22")
        .path("count")
        .asLong();
  }

  DeliveryOracle oracle() {
    return oracle;
  }

  private void assertRunning() {
    if (load != null) {
      load.assertRunning();
    }
  }

  @Override
  public void close() {
    if (load != null) {
      load.close();
    }
    pipeline.close();
  }
}
