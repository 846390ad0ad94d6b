package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryOracle;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.process.ManagedProcess;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is lost or doubled when a process dies under load: nothing. */
@ExtendWith(SharedNodes.class)
class LogsRecoveryITCase {
  private static final int EVENTS = 120_000;
  private static final int RATE = 8_000;

  @Test
  void nothingIsLostOrDoubledWhenTheTaskManagerIsKilled(SharedNodes nodes) {
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-taskmanager")) {
      pipeline.start();
      CompletableFuture<LoadReport> load = load(nodes, pipeline, "taskmanager");
      awaitPublishedFilesAndDocuments(nodes, pipeline);

      ManagedProcess victim = runningTaskManager(nodes);
      victim.kill();
      victim.start();

      verify(pipeline, load);
      // Without a restart nothing would have been proved.
      assertThat(pipeline.failure()).isPresent();
      assertThat(nodes.flink().rest().restarts(pipeline.jobId())).isPositive();
      assertThat(nodes.flink().rest().checkpoints(pipeline.jobId()).restored()).isPositive();
    }
  }

  @Test
  void nothingIsLostOrDoubledWhenTheJobManagerIsKilled(SharedNodes nodes) {
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-jobmanager")) {
      pipeline.start();
      CompletableFuture<LoadReport> load = load(nodes, pipeline, "jobmanager");
      awaitPublishedFilesAndDocuments(nodes, pipeline);

      nodes.flink().jobManager().kill();
      nodes.flink().jobManager().start().awaitReady();
      await("the job is recovered by the new JobManager")
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(() -> nodes.flink().rest().allTasksRunning(pipeline.jobId()));

      verify(pipeline, load);
    }
  }

  @Test
  void catchesUpWhenElasticsearchWasAway(SharedNodes nodes) {
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-elasticsearch")) {
      pipeline.start();
      CompletableFuture<LoadReport> load = load(nodes, pipeline, "elasticsearch");
      awaitPublishedFilesAndDocuments(nodes, pipeline);

      ManagedProcess elasticsearch = nodes.elasticsearch().process();
      elasticsearch.kill();
      // All of the load arrives meanwhile, so that the writer's buffers are full and it blocks.
      LoadReport sent = load.join();
      assertThat(sent.events()).isEqualTo(EVENTS);
      elasticsearch.start().awaitReady();

      verify(pipeline, load);
      assertThat(nodes.flink().rest().jobState(pipeline.jobId())).isEqualTo("RUNNING");
    }
  }

  private static CompletableFuture<LoadReport> load(
      SharedNodes nodes, LogsPipeline pipeline, String run) {
    LogStream stream =
        new LogStream(
            new LogStream.Plan(run, run.hashCode(), 20, 4, 0), EventTimes.from(Clock.systemUTC()));
    Load load = new Load(pipeline.topic().name(), RATE, EVENTS, Duration.ofHours(1));
    return CompletableFuture.supplyAsync(
        () -> {
          try (Generator generator = new Generator(nodes.kafka().bootstrapServers())) {
            return generator.send(stream, load);
          }
        });
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

  private static void verify(LogsPipeline pipeline, CompletableFuture<LoadReport> load) {
    LoadReport sent = load.join();
    DeliveryOracle oracle = pipeline.oracle();
    oracle.awaitOutcomes(Duration.ofMinutes(3));
    DeliveryReport report = oracle.check();
    System.out.println("recovery: " + report);
    assertThat(report.problems()).isEmpty();
    assertThat(oracle.compareWith(sent)).isEmpty();
    assertThat(report.documents()).isEqualTo(EVENTS);
    assertThat(report.rows()).isEqualTo(EVENTS);
  }
}
