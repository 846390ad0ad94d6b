package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.alerts.AlertsPipeline;
import io.weir.harness.fault.HttpFaultProxy;
import io.weir.harness.node.AlertmanagerNode;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the logs job is put through, for the alerts job: Alertmanager has to hear of each alert. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class AlertsJobFaultsITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String RULE =
      """
      {"name":"errors","metric":"http_error_rate","condition":">","threshold":"1%",
       "duration_s":30,"window_s":15,"evaluate_every_s":15,"group_by":["service"],
       "severity":"critical","notification_channel":"person"}
      """;

  @Test
  @Scenario(
      id = "alerts-job",
      broken =
          "while a rule is pending, one time each and in an order of chance: the TaskManager, the"
              + " JobManager and Alertmanager are killed, the line to Kafka is cut, Alertmanager"
              + " answers 503, half of its answers are lost, and the job is rescaled to 2",
      correct =
          "each time the alert is pending, fires and is resolved, once, and Alertmanager has it"
              + " while it fires and not when it is over")
  void eachAlertFiresOnce(SharedNodes nodes, TestInfo test, @TempDir Path folder) throws Exception {
    FaultStack stack = FaultStack.of(nodes);
    stack.mend();
    AlertmanagerNode alertmanager = AlertmanagerNode.builder(stack.directories()).build();
    try (alertmanager;
        HttpFaultProxy front = new HttpFaultProxy(alertmanager.uri());
        AlertsPipeline pipeline =
            new AlertsPipeline(stack.kafka(), stack.flink(), "faults-alerts")) {
      alertmanager.start();
      alertmanager.awaitReady();
      pipeline.start(RULE, front.uri(), "127.0.0.1:" + stack.kafkaLine().port());
      ScenarioJob job = new ScenarioJob(stack, FaultRun.scenario(test), pipeline.job());
      Disturbances faults = new Disturbances(stack, job.random().split());
      List<Disturbance> steps =
          job.shuffled(
              List.of(
                  faults.taskManagerKilled(),
                  job.leaderKilled(faults),
                  faults.kafkaIsCutOff(),
                  faults.killed("Alertmanager", alertmanager.process(), front),
                  faults.refuses("Alertmanager", front, 503),
                  faults.answersAreLost("Alertmanager", front),
                  job.rescaled(2, folder)));
      List<AlertStatus> expected = new ArrayList<>();
      Duration slowest = Duration.ZERO;
      for (Disturbance step : steps) {
        pipeline.errorRate(0.05);
        expected.add(AlertStatus.PENDING);
        awaitHistory(pipeline, expected, step.name());
        // Alertmanager is not told before it fires, so what strikes it lasts until then.
        job.strike(step, job.between(3, 6), () -> {});
        long mended = System.nanoTime();
        expected.add(AlertStatus.FIRING);
        awaitHistory(pipeline, expected, step.name());
        await("Alertmanager has it after: " + step.name())
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> alertmanager.get("/api/v2/alerts").size() == 1);
        Duration took = Duration.ofNanos(System.nanoTime() - mended);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
        pipeline.errorRate(0);
        expected.add(AlertStatus.RESOLVED);
        awaitHistory(pipeline, expected, step.name());
        await("Alertmanager knows that it is over after: " + step.name())
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> alertmanager.get("/api/v2/alerts?active=true").isEmpty());
      }
      job.figures(pipeline.points(), 0, slowest);
    }
  }

  /**
   * Transitions may be told twice after a crash, with the value of what has come by then; since
   * when tells that.
   */
  private static void awaitHistory(
      AlertsPipeline pipeline, List<AlertStatus> expected, String during) {
    await(expected.get(expected.size() - 1) + " with: " + during)
        .atMost(PATIENCE)
        .until(() -> statuses(pipeline).size() >= expected.size());
    assertThat(statuses(pipeline)).isEqualTo(expected);
  }

  private static List<AlertStatus> statuses(AlertsPipeline pipeline) {
    return pipeline.history().stream()
        .map(AlertTransition::state)
        .map(state -> new Told(state.status(), state.sinceMillis(), state.startsAtMillis()))
        .distinct()
        .map(Told::status)
        .toList();
  }

  private record Told(AlertStatus status, Long sinceMillis, Long startsAtMillis) {}
}
