package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.fault.BulkFailures;
import io.weir.harness.fault.FaultSchedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The shortened form of the fault suite: one pipeline, and one short fault after the other. */
@Tag(Lane.SECOND)
@ExtendWith(SharedNodes.class)
class BackToBackFaultsITCase {
  private static final boolean ALL = "all".equals(System.getProperty("weir.faults"));

  private static final FaultSchedule.Bounds BOUNDS =
      new FaultSchedule.Bounds(1_500, Duration.ofSeconds(2), Duration.ofSeconds(5));

  @AfterAll
  static void end(SharedNodes nodes) throws Exception {
    // Alone in the whole suite the stack has to make room for the other classes.
    if (!ALL) {
      nodes.close();
    }
  }

  @Test
  @Scenario(
      id = "back-to-back",
      broken = "one thing after the other, in an order of chance",
      correct =
          "what one fault leaves behind harms no other; the job restarts only where a process"
              + " of its own died or its source or the archive's store was away")
  void oneFaultAfterTheOther(SharedNodes nodes, TestInfo test) throws Exception {
    FaultStack stack = FaultStack.of(nodes);
    try (FaultRun run = FaultRun.begin(stack, test)) {
      Disturbances faults = new Disturbances(stack, run.random().split());
      List<Disturbance> chosen =
          new ArrayList<>(
              List.of(
                  faults.elasticsearchTakesSome(
                      new BulkFailures(0.3, 500, run.random().split()::nextDouble)),
                  faults.elasticsearchAnswersAreLost(),
                  faults.elasticsearchKilled(),
                  faults.taskManagerKilled(),
                  faults.kafkaIsCutOff(),
                  faults.uploadsFail(),
                  faults.commitAnswersAreLost()));
      if (ALL) {
        chosen.add(faults.elasticsearchRefuses(429));
      }
      for (FaultSchedule.Step<Disturbance> step :
          FaultSchedule.draw(FaultRun.SEED, chosen, BOUNDS).steps()) {
        run.awaitEvents(step.afterEvents());
        run.endure(step.fault(), step.length());
      }
      run.awaitEvents(1_500);
      run.leaderEnds();
      run.endure(faults.jobManagerKilled(), Duration.ofSeconds(1));
      assertThat(stack.flink().rest().checkpoints(run.pipeline().jobId()).restored())
          .as("a new leader that had begun anew would have restored none")
          .isPositive();
      run.verify(Set.of(Disturbances.REJECTED));
      assertThat(run.restarts()).isPositive();
    }
  }
}
