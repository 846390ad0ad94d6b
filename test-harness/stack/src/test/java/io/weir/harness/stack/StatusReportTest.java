package io.weir.harness.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.process.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusReportTest {
  @TempDir Path folder;
  private StackSettings settings;

  @BeforeEach
  void prepare() throws Exception {
    settings =
        new StackSettings(
            new HarnessLayout(folder),
            NodeDirectories.under(folder),
            StackPorts.free(),
            List.of(),
            StackSettings.Agent.BUILTIN,
            Retention.Schedule.HOURLY);
    Files.createDirectories(settings.directories().run());
  }

  @Test
  void saysSoWhenNothingRuns() throws Exception {
    StatusReport report = StatusReport.of(settings);

    assertThat(report.exitStatus()).isEqualTo(3);
    assertThat(report.text()).isEqualTo("stack is not running; start it with bin/up\n");
  }

  @Test
  void aReusedPidIsNotARunningStack() throws Exception {
    ProcessIdentity self = ProcessIdentity.ofThisProcess();
    Files.writeString(
        settings.stackPidFile(), new ProcessIdentity(self.pid(), self.startTicks() + 1) + "\n");

    assertThat(StatusReport.of(settings).exitStatus()).isEqualTo(3);
  }

  @Test
  void listsWhatIsLeftOfAStackThatIsGone() throws Exception {
    pidFile("kafka", ProcessIdentity.ofThisProcess());

    assertThat(StatusReport.of(settings).text())
        .contains("still there: kafka")
        .contains("pid " + ProcessHandle.current().pid());
  }

  @Test
  void showsProcessesAndWhatDoesNotAnswer() throws Exception {
    ProcessIdentity self = ProcessIdentity.ofThisProcess();
    pidFile("stack", self);
    pidFile("kafka", self);
    pidFile("gateway", new ProcessIdentity(self.pid(), self.startTicks() + 1));
    new StackState(settings.ports(), Instant.now().minusSeconds(75)).write(settings.stateFile());
    Files.writeString(settings.readyFile(), "");

    StatusReport report = StatusReport.of(settings);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.text())
        .contains("stack up, pid " + self.pid() + ", started 1 min 15 s ago")
        .containsPattern("kafka +running +pid " + self.pid())
        .containsPattern("gateway +ended")
        .contains("Flink does not answer")
        .contains("not ready")
        .contains("127.0.0.1:" + settings.ports().kafka());
  }

  @Test
  void aTaskThatHasEndedIsNoFailure() throws Exception {
    ProcessIdentity self = ProcessIdentity.ofThisProcess();
    pidFile("stack", self);
    pidFile("task-DeleteExpiredIndices", new ProcessIdentity(self.pid(), self.startTicks() + 1));
    new StackState(settings.ports(), Instant.now()).write(settings.stateFile());
    Files.writeString(settings.readyFile(), "");

    assertThat(StatusReport.of(settings).text()).doesNotContain("DeleteExpiredIndices");
  }

  @Test
  void showsHowRetentionWentLast() throws Exception {
    pidFile("stack", ProcessIdentity.ofThisProcess());
    new StackState(settings.ports(), Instant.now()).write(settings.stateFile());
    assertThat(StatusReport.of(settings).text()).doesNotContain("retention");

    Files.writeString(settings.retentionFile(), "2026-03-29T10:00:00Z ok\n");
    assertThat(StatusReport.of(settings).text())
        .contains("retention of indices, at 2026-03-29T10:00:00Z: ok\n");

    Files.writeString(settings.retentionFile(), "2026-03-29T11:00:00Z no room\n");
    assertThat(StatusReport.of(settings).text())
        .contains("at 2026-03-29T11:00:00Z, failed and is tried again: no room\n");
  }

  @Test
  void durationsAreReadable() {
    assertThat(StatusReport.describe(Duration.ofSeconds(9))).isEqualTo("9 s");
    assertThat(StatusReport.describe(Duration.ofMinutes(61))).isEqualTo("1 h 1 min");
  }

  private void pidFile(String name, ProcessIdentity identity) throws Exception {
    Files.writeString(settings.directories().run().resolve(name + ".pid"), identity + "\n");
  }
}
