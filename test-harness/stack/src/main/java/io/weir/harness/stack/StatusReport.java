package io.weir.harness.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.CheckpointStatistics;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.GatewayClient;
import io.weir.harness.node.JobSummary;
import io.weir.harness.process.ProcStat;
import io.weir.harness.process.ProcessIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The state of a stack, seen from outside: pid files, /proc, and what the servers answer.
 *
 * @param text for a person
 * @param exitStatus 0 all is well, 1 something is not, 3 not running
 */
record StatusReport(String text, int exitStatus) {
  private static final int NOT_RUNNING = 3;
  private static final long MEGABYTE = 1 << 20;

  static StatusReport of(StackSettings settings) throws IOException {
    Optional<ProcessIdentity> supervisor = identity(settings.stackPidFile());
    List<ProcessLine> processes = processes(settings.directories().run());
    boolean up = supervisor.filter(ProcessIdentity::isRunning).isPresent();
    if (!up || !Files.exists(settings.stateFile())) {
      return notRunning(processes);
    }
    StackState state = StackState.read(settings.stateFile());
    StringBuilder text = new StringBuilder();
    boolean ready = Files.exists(settings.readyFile());
    text.append(
        String.format(
            Locale.ROOT,
            "stack %s, pid %d, started %s ago%n%n",
            ready ? "up" : "starting or stopping",
            supervisor.get().pid(),
            describe(Duration.between(state.started(), Instant.now()))));
    boolean healthy = ready;
    long resident = 0;
    for (ProcessLine process : processes) {
      text.append("  ").append(process.render()).append('\n');
      healthy &= process.running();
      resident += process.residentBytes();
    }
    text.append(String.format(Locale.ROOT, "  %-48s %6d MB%n%n", "in all", resident / MEGABYTE));
    healthy &= appendRetention(text, settings.retentionFile());
    URI flink = local(state.ports().flink());
    healthy &= appendJobs(text, flink);
    URI gateway = local(state.ports().gateway());
    healthy &= appendGateway(text, gateway);
    text.append("  Flink          ").append(flink).append('\n');
    text.append("  Elasticsearch  ").append(local(state.ports().elasticsearch())).append('\n');
    text.append("  Kafka          127.0.0.1:").append(state.ports().kafka()).append('\n');
    text.append("  S3             ").append(local(state.ports().s3())).append('\n');
    text.append("  Prometheus     ").append(local(state.ports().prometheus())).append('\n');
    text.append("  Pushgateway    ").append(local(state.ports().pushgateway())).append('\n');
    text.append("  Alertmanager   ").append(local(state.ports().alertmanager())).append('\n');
    text.append("  logs           ").append(settings.directories().logs()).append('\n');
    return new StatusReport(text.toString(), healthy ? 0 : 1);
  }

  private static StatusReport notRunning(List<ProcessLine> processes) {
    List<ProcessLine> left = processes.stream().filter(ProcessLine::running).toList();
    StringBuilder text = new StringBuilder("stack is not running; start it with bin/up\n");
    left.forEach(process -> text.append("  still there: ").append(process.render()).append('\n'));
    return new StatusReport(text.toString(), NOT_RUNNING);
  }

  private static boolean appendJobs(StringBuilder text, URI flink) {
    FlinkRest rest = new FlinkRest(flink);
    try {
      List<JobSummary> jobs = rest.jobs().stream().filter(job -> !job.hasEnded()).toList();
      if (jobs.isEmpty()) {
        text.append("  no job is running\n\n");
        return false;
      }
      boolean running = true;
      for (JobSummary job : jobs) {
        CheckpointStatistics checkpoints = rest.checkpoints(job.id());
        text.append(
            String.format(
                Locale.ROOT,
                "  job %-18s %-10s %d restarts, %d checkpoints (%d failed)  %s#/job/%s%n",
                job.name(),
                job.state(),
                rest.restarts(job.id()),
                checkpoints.completed(),
                checkpoints.failed(),
                flink,
                job.id()));
        running &= job.state().equals("RUNNING");
      }
      text.append('\n');
      return running;
    } catch (RuntimeException e) {
      text.append("  Flink does not answer: ").append(e.getMessage()).append("\n\n");
      return false;
    }
  }

  private static boolean appendRetention(StringBuilder text, Path file) throws IOException {
    Optional<Retention.Outcome> last = Retention.Outcome.read(file);
    last.ifPresent(
        outcome ->
            text.append("  retention of indices, at ")
                .append(outcome.at())
                .append(outcome.ok() ? ": " : ", failed and is tried again: ")
                .append(outcome.text().replace("\n", "\n    "))
                .append("\n\n"));
    return last.isEmpty() || last.get().ok();
  }

  private static boolean appendGateway(StringBuilder text, URI gateway) {
    text.append("  gateway        ").append(gateway);
    try {
      JsonNode ready = new GatewayClient(gateway).get("/ready");
      text.append(ready.isMissingNode() ? "" : "  ready").append('\n');
      return true;
    } catch (RuntimeException e) {
      text.append("  not ready: ").append(e.getMessage()).append('\n');
      return false;
    }
  }

  private static List<ProcessLine> processes(Path run) throws IOException {
    List<ProcessLine> lines = new ArrayList<>();
    if (Files.isDirectory(run)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "*.pid")) {
        for (Path file : files) {
          String name = file.getFileName().toString().replaceFirst("\\.pid$", "");
          identity(file)
              .map(id -> ProcessLine.of(name, id))
              // A task ends; its file stays behind when the stack was killed meanwhile.
              .filter(line -> line.running() || !name.startsWith(JobsTasks.PROCESS_PREFIX))
              .ifPresent(lines::add);
        }
      }
    }
    lines.sort(Comparator.comparingLong(line -> line.identity().startTicks()));
    return lines;
  }

  private static Optional<ProcessIdentity> identity(Path pidFile) throws IOException {
    return Files.exists(pidFile)
        ? ProcessIdentity.parse(Files.readString(pidFile))
        : Optional.empty();
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  static String describe(Duration duration) {
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() > 0
        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
        : duration.toSeconds() + " s";
  }

  /**
   * @param name of the process
   * @param identity from its pid file
   * @param running whether it still runs
   * @param cpu its CPU time
   * @param residentBytes its memory
   */
  record ProcessLine(
      String name, ProcessIdentity identity, boolean running, Duration cpu, long residentBytes) {

    static ProcessLine of(String name, ProcessIdentity identity) {
      Optional<ProcStat> stat =
          identity.isRunning() ? ProcStat.read(identity.pid()) : Optional.empty();
      return new ProcessLine(
          name,
          identity,
          stat.isPresent(),
          stat.map(ProcStat::cpu).orElse(Duration.ZERO),
          stat.map(ProcStat::residentBytes).orElse(0L));
    }

    String render() {
      if (!running) {
        return String.format(Locale.ROOT, "%-20s ended    (was pid %d)", name, identity.pid());
      }
      return String.format(
          Locale.ROOT,
          "%-20s running  pid %-8d  cpu %5d s %6d MB",
          name,
          identity.pid(),
          cpu.toSeconds(),
          residentBytes / MEGABYTE);
    }
  }
}
