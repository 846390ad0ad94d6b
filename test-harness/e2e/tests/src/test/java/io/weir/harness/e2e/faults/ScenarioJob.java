package io.weir.harness.e2e.faults;

import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SubmittedJob;
import io.weir.harness.fault.FaultSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** What is done to the job of a scenario, drawn and counted. What is right its test says. */
final class ScenarioJob {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final FaultStack stack;
  private final Scenario scenario;
  private final SplittableRandom random;
  private final SubmittedJob job;
  private long faults;
  private long restartsBefore;

  ScenarioJob(FaultStack stack, Scenario scenario, SubmittedJob job) {
    this.stack = stack;
    this.scenario = scenario;
    this.random = FaultSchedule.random(FaultRun.SEED, scenario.id());
    this.job = job;
  }

  /** What this scenario draws from. */
  SplittableRandom random() {
    return random;
  }

  /** Draws a length. */
  Duration between(int seconds, int moreSeconds) {
    return FaultSchedule.between(
        random, Duration.ofSeconds(seconds), Duration.ofSeconds(moreSeconds));
  }

  /**
   * Breaks something, leaves it broken for a while, and for as long as nothing has been struck by
   * it, and mends it.
   *
   * @param meanwhile done at once when it is broken
   */
  void strike(Disturbance disturbance, Duration length, Runnable meanwhile) throws Exception {
    System.out.printf("    %s for %.1f s%n", disturbance.name(), length.toMillis() / 1000.0);
    Disturbance.Mend mend = disturbance.begin().begin();
    meanwhile.run();
    FaultRun.hold(length);
    await(disturbance.name() + " strikes something").atMost(PATIENCE).until(mend::hasStruck);
    struck(mend.mend());
  }

  /** Counts faults. */
  void struck(long more) {
    faults += more;
  }

  /**
   * A new leader, and a new job, count restarts from zero: call this before the old one is gone.
   */
  void countsAnew() {
    restartsBefore += stack.flink().rest().restarts(job.id()) + 1;
  }

  /** How often the job has been restarted, by whichever leader. */
  long restarts() {
    return restartsBefore + stack.flink().rest().restarts(job.id());
  }

  /** Returns a new leader as a disturbance. */
  Disturbance leaderKilled(Disturbances faults) {
    Disturbance killed = faults.jobManagerKilled();
    return new Disturbance(
        killed.name(),
        () -> {
          countsAnew();
          return killed.begin().begin();
        });
  }

  /** Returns another parallelism as a disturbance. */
  Disturbance rescaled(int width, Path savepoints) {
    return new Disturbance(
        "the job has " + width + " subtasks",
        () -> {
          countsAnew();
          job.rescale(width, savepoints);
          return () -> 1;
        });
  }

  /** Returns these in an order of chance. */
  List<Disturbance> shuffled(List<Disturbance> all) {
    return FaultSchedule.draw(
            FaultRun.SEED,
            all,
            new FaultSchedule.Bounds(1, Duration.ofSeconds(1), Duration.ofSeconds(2)))
        .steps()
        .stream()
        .map(FaultSchedule.Step::fault)
        .toList();
  }

  /**
   * Notes what was measured.
   *
   * @param inputs records that were sent
   * @param deadLetters records that became one
   * @param recovery from the end of the last fault until everything was right
   */
  void figures(long inputs, long deadLetters, Duration recovery) {
    Figures.OF_THIS_RUN.add(
        new FaultFigures(
            scenario.id(), FaultRun.SEED, inputs, deadLetters, faults, restarts(), recovery));
  }
}
