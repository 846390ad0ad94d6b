package io.weir.harness.e2e.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.deploy.JobFile;
import io.weir.harness.deploy.JobReplacement;
import io.weir.harness.e2e.ScriptRun;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryOracle;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.e2e.logs.BackgroundLoad;
import io.weir.harness.e2e.logs.LogsPipeline;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that change a running job, under load on the real cluster. Correct means: after each
 * of them a version of the job runs that goes on from the state of the one before, and in the end
 * every event is in both stores once.
 */
@ExtendWith(SharedNodes.class)
class UpgradeITCase {
  private static final int RATE = 2_000;
  private static final Path JAR = HarnessLayout.find().jobsJar();

  @TempDir Path folder;

  @Test
  void upgradesRollsBackAndRescalesWithoutLosingOrDoublingAnything(SharedNodes nodes)
      throws Exception {
    FlinkRest rest = nodes.flink().rest();
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-upgrade").start();
        // It never pauses: a job that reads nothing shows little of what is wrong with it.
        BackgroundLoad load = new BackgroundLoad(nodes, pipeline.topic(), "upgrade", RATE, 0)) {
      Path jobFile = folder.resolve("job.yaml");
      savedAs(jobFile, pipeline, nodes);
      await("something is committed that could be doubled")
          .atMost(Duration.ofSeconds(60))
          .until(() -> rest.checkpoints(pipeline.jobId()).completed() >= 2);

      // A jar that cannot even build its graph stops nothing.
      ScriptRun unchanged =
          run("upgrade", jobFile, changedJar("half.jar", "io/weir/jobs/LogsTopology.class"));
      assertThat(unchanged.status()).as(unchanged.output()).isEqualTo(1);
      assertThat(unchanged.output()).contains("runs as before").contains("LogsTopology");
      assertThat(rest.jobState(pipeline.jobId())).isEqualTo("RUNNING");

      String first = pipeline.jobId();
      ScriptRun upgraded = run("upgrade", jobFile, changedJar("next.jar", null));
      assertThat(upgraded.status()).as(upgraded.output()).isZero();
      assertThat(rest.jobState(first)).isEqualTo("FINISHED");
      follow(rest, pipeline);
      assertThat(rest.checkpoints(pipeline.jobId()).restoredPath().orElseThrow())
          .contains("savepoint-");
      assertThat(JobFile.read(jobFile).submission().jar()).isEqualTo(folder.resolve("next.jar"));

      // A jar that starts and then lacks a class where the work is done is taken back.
      Path broken = changedJar("broken.jar", "io/weir/sinks/elasticsearch/BulkAnswer.class");
      ScriptRun rolledBack = run("upgrade", jobFile, broken, "--verify", "60s");
      assertThat(rolledBack.status()).as(rolledBack.output()).isEqualTo(2);
      assertThat(rolledBack.output()).contains("rolled back").contains("BulkAnswer");
      follow(rest, pipeline);
      assertThat(JobFile.read(jobFile).submission().jar()).isEqualTo(folder.resolve("next.jar"));

      ScriptRun wider = run("rescale", jobFile, "4");
      assertThat(wider.status()).as(wider.output()).isZero();
      follow(rest, pipeline);
      assertThat(rest.slotsOf(pipeline.jobId())).isEqualTo(4);
      ScriptRun tooWide = run("rescale", jobFile, "720");
      assertThat(tooWide.status()).isEqualTo(64);
      assertThat(tooWide.output()).contains("parallelism 720 needs as many slots");
      ScriptRun narrower = run("rescale", jobFile, "1");
      assertThat(narrower.status()).as(narrower.output()).isZero();
      follow(rest, pipeline);

      ScriptRun savepoint = run("savepoint", jobFile);
      assertThat(savepoint.status()).as(savepoint.output()).isZero();
      assertThat(savepoint.output()).contains("/savepoint-");
      assertThat(rest.jobState(pipeline.jobId())).isEqualTo("RUNNING");

      load.assertRunning();
      verify(pipeline, load.finishAt(0));
    }
  }

  @Test
  void aStateThatHasNoPlaceInTheNewVersionIsNeverLeftBehind(SharedNodes nodes) {
    FlinkRest rest = nodes.flink().rest();
    try (LogsPipeline pipeline = new LogsPipeline(nodes, "proof-unmapped")) {
      pipeline.start();
      await("there is state")
          .atMost(Duration.ofSeconds(60))
          .until(() -> rest.checkpoints(pipeline.jobId()).completed() >= 1);
      JobSubmission old = pipeline.job().submission();
      JobSubmission withoutItsSinks =
          new JobSubmission(
              JAR,
              "io.weir.jobs.LogMetricsJob",
              List.of(
                  "--kafka.bootstrap-servers",
                  nodes.kafka().bootstrapServers(),
                  "--kafka.topics",
                  pipeline.topic().name()),
              Map.of("pipeline.name", "proof-unmapped"),
              OptionalInt.empty(),
              Optional.empty(),
              false);

      JobReplacement.Result result =
          new JobReplacement(
                  rest,
                  folder.resolve("savepoints").toUri().toString(),
                  Duration.ofSeconds(60),
                  Duration.ofSeconds(60),
                  System.out::println)
              .replace(pipeline.jobId(), old, withoutItsSinks);

      assertThat(result.end()).as(result.reason()).isEqualTo(JobReplacement.End.ROLLED_BACK);
      assertThat(result.reason()).contains("the operator is not available in the new program");
      pipeline.job().follow(result.jobId());
      assertThat(rest.allTasksRunning(result.jobId())).isTrue();
    }
  }

  private void savedAs(Path jobFile, LogsPipeline pipeline, SharedNodes nodes) {
    new JobFile(
            nodes.flink().restUri(),
            folder.resolve("savepoints").toUri().toString(),
            pipeline.job().submission())
        .write(jobFile);
  }

  private static void follow(FlinkRest rest, LogsPipeline pipeline) {
    pipeline.job().follow(JobReplacement.liveJob(rest, "proof-upgrade").orElseThrow());
  }

  private static void verify(LogsPipeline pipeline, LoadReport sent) {
    DeliveryOracle oracle = pipeline.oracle();
    oracle.awaitOutcomes(Duration.ofMinutes(3));
    DeliveryReport report = oracle.check();
    System.out.println("upgrade: " + report);
    assertThat(report.problems()).isEmpty();
    assertThat(oracle.compareWith(sent)).isEmpty();
    assertThat(report.documents()).isEqualTo(sent.events());
    assertThat(report.rows()).isEqualTo(sent.events());
  }

  /** Another build of the job: other bytes, and without an entry if one is named. */
  private Path changedJar(String name, String without) throws IOException {
    Path changed = folder.resolve(name);
    try (ZipFile from = new ZipFile(JAR.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(changed))) {
      to.setLevel(1);
      for (ZipEntry entry : Collections.list(from.entries())) {
        if (!entry.getName().equals(without)) {
          to.putNextEntry(new ZipEntry(entry.getName()));
          from.getInputStream(entry).transferTo(to);
          to.closeEntry();
        }
      }
      to.setComment(name);
    }
    return changed;
  }

  private ScriptRun run(String script, Object... operands) throws Exception {
    return ScriptRun.ofBin(folder, script, operands);
  }
}
