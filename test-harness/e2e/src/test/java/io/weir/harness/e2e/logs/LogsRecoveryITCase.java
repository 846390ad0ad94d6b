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

/** What is lost or doubled when a process dies under load: nothing. */
@ExtendWith(SharedNodes.class)
class LogsRecoveryITCase {
  private static final int EVENTS = 60_000;
  private static final int RATE = 4_000;

  /** With everything that {@link LogsDeliveryITCase} sends: poison and the real access log too. */
  @Test
  void nothingIsLostOrDoubledWhenTheTaskManagerIsKilled(SharedNodes nodes, @TempDir Path directory)
      throws IOException {
    try (LogsPipeline pipeline =
            new LogsPipeline(nodes, "proof-taskmanager")
                .hotRetention(AccessLog.HOT_RETENTION)
                .start();
        BackgroundLoad load = load(nodes, pipeline, "taskmanager", 2 * RATE, 2_000)) {
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

  @Test
  void nothingIsLostOrDoubledWhenTheJobManagerIsKilled(SharedNodes nodes) {
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-jobmanager").start();
        BackgroundLoad load = load(nodes, pipeline, "jobmanager", RATE, 0)) {
      awaitPublishedFilesAndDocuments(nodes, pipeline);

      load.assertRunning();
      nodes.flink().jobManager().kill();
      nodes.flink().jobManager().start().awaitReady();
      await("the job is recovered by the new JobManager")
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(() -> nodes.flink().rest().allTasksRunning(pipeline.jobId()));
      // A new JobManager that had started the job anew would have counted none.
      assertThat(nodes.flink().rest().checkpoints(pipeline.jobId()).restored()).isPositive();

      verify(pipeline, load.finishAt(EVENTS), 0);
    }
  }

  @Test
  void catchesUpWhenElasticsearchWasAway(SharedNodes nodes) {
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-elasticsearch").start();
        BackgroundLoad load = load(nodes, pipeline, "elasticsearch", RATE, 0)) {
      awaitPublishedFilesAndDocuments(nodes, pipeline);

      ManagedProcess elasticsearch = nodes.elasticsearch().process();
      elasticsearch.kill();
      // So much arrives meanwhile that the writer's buffers are full and it blocks.
      LoadReport sent = load.finishAt(pipeline.topic().size() + EVENTS / 2);
      elasticsearch.start().awaitReady();

      verify(pipeline, sent, 0);
      assertThat(nodes.flink().rest().jobState(pipeline.jobId())).isEqualTo("RUNNING");
    }
  }

  private static BackgroundLoad load(
      SharedNodes nodes, LogsPipeline pipeline, String run, int rate, long poisonEvery) {
    return new BackgroundLoad(nodes, pipeline.topic(), run, rate, poisonEvery);
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
