package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryOracle;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is lost or doubled when the TaskManager dies under load: nothing. (Other processes are
 * killed in the scenarios of package {@code faults}.)
 */
@ExtendWith(SharedNodes.class)
class LogsRecoveryITCase {
  /** With everything that {@link LogsDeliveryITCase} sends: poison and the real access log too. */
  @Test
  void nothingIsLostOrDoubledWhenTheTaskManagerIsKilled(SharedNodes nodes, @TempDir Path directory)
      throws IOException {
    try (LogsPipeline pipeline =
            new LogsPipeline(nodes, "proof-taskmanager")
                .hotRetention(AccessLog.HOT_RETENTION)
                .start();
        BackgroundLoad load =
            new BackgroundLoad(nodes, pipeline.topic(), "taskmanager", 8_000, 2_000)) {
      long lines = AccessLog.ship(nodes, pipeline, directory);
      awaitPublishedFilesAndDocuments(nodes, pipeline);

      load.assertRunning();
      ManagedProcess victim = runningTaskManager(nodes);
      victim.kill();
      victim.start();

      LoadReport sent = load.finishAt(200_000 + lines);
      DeliveryOracle oracle = verify(pipeline, sent, lines);
      PoisonFates.verifyAll(oracle.entries(), sent);
      // Without a restart nothing would have been proved.
      assertThat(pipeline.failure()).isPresent();
      assertThat(nodes.flink().rest().restarts(pipeline.jobId())).isPositive();
      assertThat(nodes.flink().rest().checkpoints(pipeline.jobId()).restored()).isPositive();
    }
  }

  /** In the middle means: there is something to double, and something to lose. */
  private static void awaitPublishedFilesAndDocuments(SharedNodes nodes, LogsPipeline pipeline) {
    await("two checkpoints are complete while events keep coming")
        .atMost(Duration.ofSeconds(60))
        .until(() -> nodes.flink().rest().checkpoints(pipeline.jobId()).completed() >= 2);
  }

  private static ManagedProcess runningTaskManager(SharedNodes nodes) {
    List<ManagedProcess> running =
        nodes.flink().taskManagers().stream().filter(ManagedProcess::isRunning).toList();
    assertThat(running).hasSize(1);
    return running.get(0);
  }

  private static DeliveryOracle verify(LogsPipeline pipeline, LoadReport sent, long lines) {
    DeliveryOracle oracle = pipeline.oracle();
    oracle.awaitOutcomes(Duration.ofMinutes(3));
    DeliveryReport report = oracle.check();
    System.out.println("recovery: " + report);
    assertThat(report.problems()).isEmpty();
    assertThat(oracle.compareWith(sent)).isEmpty();
    assertThat(report.input()).isEqualTo(sent.events() + sent.poisonRecords() + lines);
    assertThat(report.documents()).isGreaterThanOrEqualTo(sent.events() + lines);
    assertThat(report.rows()).isGreaterThanOrEqualTo(sent.events() + lines);
    return oracle;
  }
}
