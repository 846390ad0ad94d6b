package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.deploy.JobReplacement;
import io.weir.harness.fault.FaultSchedule;
import io.weir.harness.node.JobSubmission;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.TestInfo;

/**
 * A scenario over another job than that of the logs: what is done to it, counted. What is right its
 * test says.
 */
final class OtherJob {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final FaultStack stack;
  private final Scenario scenario;
  private final SplittableRandom random;
  private final Supplier<String> jobId;
  private long faults;
  private long restarts;

  OtherJob(FaultStack stack, TestInfo test, Supplier<String> jobId) {
    this.stack = stack;
    this.scenario = FaultRun.scenario(test);
    this.random = FaultSchedule.random(FaultRun.SEED, scenario.id());
    this.jobId = jobId;
  }

  SplittableRandom random() {
    return random;
  }

  /** Draws a length. */
  Duration between(int seconds, int moreSeconds) {
    return FaultSchedule.between(
        random, Duration.ofSeconds(seconds), Duration.ofSeconds(moreSeconds));
  }

  /** Breaks something; it is mended after the time and once it has struck. */
  void strike(Disturbance disturbance, Duration length, Runnable meanwhile) throws Exception {
    System.out.printf("    %s for %.1f s%n", disturbance.name(), length.toMillis() / 1000.0);
    Disturbance.Mend mend = disturbance.begin().begin();
    meanwhile.run();
    FaultRun.hold(length);
    await(disturbance.name() + " strikes something").atMost(PATIENCE).until(mend::hasStruck);
    faults += mend.mend();
  }

  /**
   * A new leader, and a new job, count restarts from zero: call this before the old one is gone.
   */
  void countsAnew() {
    restarts += stack.flink().rest().restarts(jobId.get()) + 1;
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
  Disturbance rescaled(
      int width,
      Path savepoints,
      Supplier<JobSubmission> submission,
      BiConsumer<JobSubmission, String> follow) {
    return new Disturbance(
        "the job has " + width + " subtasks",
        () -> {
          countsAnew();
          JobSubmission now = submission.get();
          JobSubmission next = now.withParallelism(width);
          JobReplacement.Result result =
              new JobReplacement(
                      stack.flink().rest(),
                      savepoints.toUri().toString(),
                      PATIENCE,
                      PATIENCE,
                      line -> System.out.println("    " + line))
                  .replace(jobId.get(), now, next);
          assertThat(result.end()).as(result.reason()).isEqualTo(JobReplacement.End.REPLACED);
          follow.accept(next, result.jobId());
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
   * @param recovery from the end of the last fault until everything was right
   */
  void figures(long inputs, Duration recovery) {
    stack
        .figures()
        .add(
            new FaultFigures(
                scenario.id(),
                FaultRun.SEED,
                inputs,
                0,
                faults,
                restarts + stack.flink().rest().restarts(jobId.get()),
                recovery));
  }
}
