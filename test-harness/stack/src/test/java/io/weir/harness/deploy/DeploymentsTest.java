package io.weir.harness.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.JobSubmission;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentsTest {
  @TempDir Path folder;

  @Test
  void keepsTheVeryJarThatRunsWhenABuildReplacesIt() throws IOException {
    Deployments deployments = new Deployments(folder.resolve("deployments"));
    Path built = Files.writeString(folder.resolve("jobs.jar"), "version 1");

    deployments.remember("logs", "a1", job(built, "weir-logs"));
    Files.writeString(built, "version 2");

    JobFile remembered = JobFile.read(deployments.jobFile("logs"));
    assertThat(remembered.submission().jar()).hasContent("version 1");
    assertThat(DeploymentRecord.read(deployments.record("logs")).currentJobId()).contains("a1");
  }

  @Test
  void jobsShareAJarAndItGoesWhenTheLastOfThemRunsAnother() throws IOException {
    Deployments deployments = new Deployments(folder.resolve("deployments"));
    Path built = Files.writeString(folder.resolve("jobs.jar"), "version 1");
    deployments.remember("logs", "a1", job(built, "weir-logs"));
    deployments.remember("alerts", "b1", job(built, "weir-alerts"));
    assertThat(jars(deployments)).hasSize(1);

    Files.writeString(built, "version 2");
    deployments.remember("logs", "a2", job(built, "weir-logs"));
    assertThat(jars(deployments)).hasSize(2);

    deployments.remember("alerts", "b2", job(built, "weir-alerts"));
    assertThat(jars(deployments)).hasSize(1);
    assertThat(JobFile.read(deployments.jobFile("alerts")).submission().jar())
        .hasContent("version 2");
  }

  @Test
  void anUpgradeByHandIsWhatTheNextStartFinds() throws IOException {
    Deployments deployments = new Deployments(folder.resolve("deployments"));
    Path built = Files.writeString(folder.resolve("jobs.jar"), "version 1");
    JobFile job = job(built, "weir-logs");
    deployments.remember("logs", "a1", job);
    String before = DeploymentRecord.read(deployments.record("logs")).fingerprint();

    Path other = Files.writeString(folder.resolve("other.jar"), "version 2");
    deployments.remember("logs", "a2", job.withSubmission(job.submission().withJar(other)));

    DeploymentRecord record = DeploymentRecord.read(deployments.record("logs"));
    assertThat(record.jobIds()).containsExactly("a2", "a1");
    assertThat(record.fingerprint()).isNotEqualTo(before);
  }

  private static List<Path> jars(Deployments deployments) throws IOException {
    try (Stream<Path> jars = Files.list(deployments.folder().resolve("jars"))) {
      return jars.toList();
    }
  }

  private static JobFile job(Path jar, String name) {
    return new JobFile(
        URI.create("http://127.0.0.1:8081/"),
        "file:///savepoints",
        JobSubmission.of(jar, "io.weir.jobs.LogsJob", List.of())
            .withFlinkConfiguration(Map.of("pipeline.name", name)));
  }
}
