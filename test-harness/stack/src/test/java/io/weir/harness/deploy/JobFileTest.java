package io.weir.harness.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.harness.node.JobSubmission;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFileTest {
  @TempDir Path folder;

  @Test
  void readsWhatItWrote() {
    Path file = folder.resolve("deployments/logs.yaml");
    JobFile job =
        new JobFile(
            URI.create("http://127.0.0.1:8081/"),
            "file:///savepoints/logs",
            JobSubmission.of(
                    folder.resolve("jobs.jar"),
                    "io.weir.jobs.LogsJob",
                    List.of("--retention.hot", "30 d", "--empty", "", "--number", "007"))
                .withFlinkConfiguration(
                    Map.of("pipeline.name", "weir-logs", "pipeline.object-reuse", "true"))
                .withParallelism(3));

    job.write(file);

    assertThat(JobFile.read(file)).isEqualTo(job);
    assertThat(JobFile.read(file).name()).isEqualTo("weir-logs");
  }

  @Test
  void aJarStandsBesideTheFileThatNamesIt() throws IOException {
    Path file =
        written(
            """
            cluster: https://flink.example/proxy
            savepoints: s3://state/savepoints/logs
            jar: ../jars/weir.jar
            main-class: io.weir.jobs.LogsJob
            flink-configuration: {pipeline.name: weir-logs}
            """);

    JobFile job = JobFile.read(file);

    assertThat(job.submission().jar()).isEqualTo(folder.getParent().resolve("jars/weir.jar"));
    assertThat(job.cluster().resolve("jobs")).hasToString("https://flink.example/proxy/jobs");
    assertThat(job.submission().arguments()).isEmpty();
    assertThat(job.submission().parallelism()).isEmpty();
  }

  @Test
  void namesEverythingThatIsWrong() throws IOException {
    Path file =
        written(
            """
            cluster: ftp://flink
            jar: [a]
            main-class: io.weir.jobs.LogsJob
            arguments: [{a: b}]
            parallelism: 0
            parallelism-max: 4
            flink-configuration: {execution.checkpointing: {interval: 1 s}}
            """);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobFile.read(file))
        .withMessageContaining("cluster: 'ftp://flink' is not an http or https address")
        .withMessageContaining("savepoints: is missing")
        .withMessageContaining("jar: must be a text")
        .withMessageContaining("arguments: item 0 must be one value")
        .withMessageContaining("parallelism: must be a whole number of at least 1")
        .withMessageContaining("parallelism-max: is not a field of a job file")
        .withMessageContaining("execution.checkpointing must be one value")
        .withMessageContaining("pipeline.name is missing");
  }

  @Test
  void saysThatATextIsNoJobFile() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobFile.read(written("just words")))
        .withMessageContaining("is not a map of fields");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobFile.read(written("a: [1")))
        .withMessageContaining("is not YAML");
  }

  private Path written(String text) throws IOException {
    return Files.writeString(folder.resolve("job.yaml"), text);
  }
}
