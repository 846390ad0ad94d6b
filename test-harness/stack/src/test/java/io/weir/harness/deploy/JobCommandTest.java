package io.weir.harness.deploy;

import static io.weir.harness.deploy.TestingFlink.Job.working;
import static io.weir.harness.deploy.TestingFlink.Kind.ANSWER_LOST;
import static io.weir.harness.deploy.TestingFlink.Kind.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.JobSubmission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands return, and what their job file says then. */
class JobCommandTest {
  private static final String JOB = "0ld";

  @TempDir Path folder;
  private TestingFlink flink;
  private Path file;
  private Path old;
  private Path fresh;
  private String output;

  @BeforeEach
  void makeJobFile() throws IOException {
    flink = new TestingFlink();
    old = jar("old.jar");
    fresh = jar("fresh.jar");
    file = folder.resolve("job.yaml");
    new JobFile(
            flink.uri(),
            "file:/sp",
            JobSubmission.of(old, "Job", List.of())
                .withFlinkConfiguration(Map.of("pipeline.name", "weir-logs")))
        .write(file);
  }

  @AfterEach
  void stopFlink() {
    flink.close();
  }

  @Test
  void anUpgradeReturnsZeroAndIsWhatTheFileSays() {
    flink.runs(JOB, working().completingCheckpoints()).next(working().completingCheckpoints());

    assertThat(run("upgrade", fresh)).as(output).isZero();
    assertThat(jarInFile()).isEqualTo(fresh);
  }

  @Test
  void anUpgradeThatDoesNothingReturnsOne() {
    flink.runs(JOB, working().completingCheckpoints()).disturb("POST /jars/jar/plan", REFUSED, 1);

    assertThat(run("upgrade", fresh)).isEqualTo(1);
    assertThat(output).contains("runs as before").contains("wrong words");
    assertThat(jarInFile()).isEqualTo(old);
  }

  @Test
  void anUpgradeThatIsTakenBackReturnsTwoAndTheFileSaysWhatRuns() {
    flink
        .runs(JOB, working().completingCheckpoints())
        .next(working().completingCheckpoints())
        .disturb("POST /jars/jar/run", REFUSED, 1);

    assertThat(run("upgrade", fresh)).isEqualTo(2);
    assertThat(output).contains("rolled back").contains("wrong words");
    assertThat(jarInFile()).isEqualTo(old);
  }

  @Test
  void anUpgradeThatLeavesNothingThatWorksReturnsThreeAndSaysFromWhereToStart() {
    flink.runs(JOB, working().completingCheckpoints()).disturb("POST /jars/jar/run", REFUSED, 2);

    assertThat(run("upgrade", fresh)).isEqualTo(3);
    assertThat(output).contains("DOES NOT WORK").contains("--from file:/sp/0ld");
  }

  @Test
  void anUpgradeWhoseStopIsPendingReturnsThree() {
    flink.runs(JOB, working().completingCheckpoints().stopsAfter(Integer.MAX_VALUE));

    assertThat(run("upgrade", fresh, "--timeout", "100ms")).isEqualTo(3);
    assertThat(output).contains("NOT KNOWN whether weir-logs runs").contains("file:/sp");
  }

  @Test
  void anUpgradeWhoseJobFileCannotBeWrittenReturnsThreeAndSaysWhatRuns() throws IOException {
    flink.runs(JOB, working().completingCheckpoints()).next(working().completingCheckpoints());
    // What is written first, and moved over the file, cannot be.
    Files.createDirectories(file.resolveSibling(".job.yaml.new").resolve("in the way"));

    assertThat(run("upgrade", fresh)).isEqualTo(3);
    assertThat(output).contains("DOES NOT SAY SO").contains(fresh.toString());
  }

  @Test
  void aRescaleReturnsZeroAndIsWhatTheFileSays() {
    flink.runs(JOB, working().completingCheckpoints()).next(working().completingCheckpoints());

    assertThat(run("rescale", "3")).as(output).isZero();
    assertThat(JobFile.read(file).submission().parallelism()).hasValue(3);
  }

  @Test
  void aJobThatDoesNotRunIsStartedFromASnapshotAlone() {
    assertThat(run("upgrade", fresh)).isEqualTo(1);
    assertThat(output).contains("no job named weir-logs runs");

    flink.next(working().completingCheckpoints());
    assertThat(run("upgrade", fresh, "--from", "file:/sp/1")).as(output).isZero();
    assertThat(flink.job(flink.live().get(0)).startedFrom()).isEqualTo("file:/sp/1");
  }

  @Test
  void aJobThatRunsIsNotStartedTwice() {
    flink.runs(JOB, working().completingCheckpoints());

    assertThat(run("upgrade", fresh, "--from", "file:/sp/1")).isEqualTo(64);
    assertThat(output).contains("runs as 0ld");
  }

  @Test
  void aStopPrintsItsSavepointAndReturnsZeroThoughTheAnswerIsLost() {
    flink
        .runs(JOB, working().completingCheckpoints())
        .disturb("POST /jobs/0ld/stop", ANSWER_LOST, 1);

    assertThat(run("savepoint", "--stop")).as(output).isZero();
    assertThat(output).isEqualTo("file:/sp/0ld" + System.lineSeparator());
    assertThat(flink.live()).isEmpty();
  }

  @Test
  void aStopThatFailsReturnsOneWhileTheJobGoesOn() {
    flink.runs(JOB, working().completingCheckpoints().failsToStop("no room", "RUNNING"));

    assertThat(run("savepoint", "--stop")).isEqualTo(1);
    assertThat(output).contains("goes on").contains("no room");
  }

  @Test
  void aStopThatEndsTheJobWithoutASavepointReturnsThree() {
    flink.runs(JOB, working().completingCheckpoints().failsToStop("no room", "FAILED"));

    assertThat(run("savepoint", "--stop")).isEqualTo(3);
    assertThat(output).contains("DOES NOT RUN").contains("no room");
  }

  @Test
  void aStopThatIsPendingReturnsThree() {
    flink.runs(JOB, working().completingCheckpoints().stopsAfter(Integer.MAX_VALUE));

    assertThat(run("savepoint", "--stop", "--timeout", "100ms")).isEqualTo(3);
    assertThat(output).contains("NOT KNOWN whether weir-logs goes on");
  }

  private Path jarInFile() {
    return JobFile.read(file).submission().jar();
  }

  private Path jar(String name) throws IOException {
    Path jar = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("Job.class"));
      zip.closeEntry();
      zip.setComment(name);
    }
    return jar;
  }

  private int run(String verb, Object... operands) {
    String[] args =
        Stream.of(
                Stream.of(file),
                Stream.of(operands),
                verb.equals("savepoint") ? Stream.of() : Stream.of("--trial", "10ms"))
            .flatMap(part -> part)
            .map(Object::toString)
            .toArray(String[]::new);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    int status = JobCommand.run(verb, args, Map.of(), out, out);
    output = written.toString(StandardCharsets.UTF_8);
    return status;
  }
}
