package io.weir.harness.deploy;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.NodeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What {@code bin/audit}, {@code bin/repair}, {@code bin/redrive} and {@code bin/purge} run: a
 * bounded job beside a logs job, out of that job's own jar and with its options, on its cluster. A
 * purge asks Kafka alone and needs no cluster.
 */
public final class BatchCommand {
  static final int FAILED = 1;
  static final int USAGE_ERROR = 64;

  private static final String PURGE = "purge";

  /** Cancelling a job takes two calls of the cluster. */
  private static final long END_SECONDS = 60;

  private static final Map<String, String> MAIN_CLASSES =
      Map.of(
          "audit",
          "io.weir.jobs.AuditJob",
          "repair",
          "io.weir.jobs.RepairJob",
          "redrive",
          "io.weir.jobs.RedriveJob",
          PURGE,
          "io.weir.jobs.tasks.PurgeDeadLetters");

  /** Flags that are options of the job, by their own names. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("from", "audit.from"),
          Map.entry("to", "audit.to"),
          Map.entry("settle", "audit.settle"),
          Map.entry("parallelism", "audit.parallelism"),
          Map.entry("reason", "redrive.reason"),
          Map.entry("store", "redrive.store"),
          Map.entry("topic", "redrive.topic"),
          Map.entry("partition", "redrive.partition"),
          Map.entry("first-offset", "redrive.first-offset"),
          Map.entry("last-offset", "redrive.last-offset"),
          Map.entry("batch-records", "redrive.batch-records"),
          Map.entry("before", "purge.before"),
          Map.entry("written-from", "redrive.from"),
          Map.entry("written-to", "redrive.to"),
          Map.entry("pushgateway", "report.pushgateway-url"));

  private BatchCommand() {}

  /**
   * @param args the verb, then what stood on the command line
   */
  public static void main(String[] args) {
    List<String> all = List.of(args);
    System.exit(
        run(
            all.get(0),
            all.subList(1, all.size()).toArray(String[]::new),
            System.getenv(),
            System.out,
            System.err));
  }

  /** Runs a verb to its end and returns its exit status. */
  public static int run(
      String verb,
      String[] args,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err) {
    String usage = NodeFiles.readResource(BatchCommand.class, verb + "-usage.txt");
    try {
      Arguments flags = Arguments.parse(args, usage);
      if (flags.helpWanted()) {
        out.print(usage);
        return 0;
      }
      return start(command(verb, flags, environment), out, err);
    } catch (IllegalArgumentException e) {
      err.println(verb + ": " + e.getMessage());
      return USAGE_ERROR;
    } catch (UncheckedIOException | IllegalStateException e) {
      err.println(verb + ": " + e.getMessage());
      return FAILED;
    }
  }

  private static List<String> command(
      String verb, Arguments flags, Map<String, String> environment) {
    HarnessLayout layout = HarnessLayout.find();
    JobFile job = JobFile.read(jobFile(flags, environment));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Path logging = layout.flinkConf().resolve("log4j2-client.properties");
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.configurationFile=" + logging.toUri()));
    command.addAll(FlinkCluster.addOpens());
    List<Path> classPath = new ArrayList<>();
    classPath.add(job.submission().jar());
    classPath.addAll(layout.classPath("flink-node"));
    command.add("-cp");
    command.add(classPath.stream().map(Path::toString).collect(Collectors.joining(":")));
    command.add(MAIN_CLASSES.get(verb));
    command.addAll(job.submission().arguments());
    if (!verb.equals(PURGE)) {
      command.addAll(List.of("--audit.cluster-url", job.cluster().toString()));
    }
    OPTIONS.forEach(
        (flag, option) -> {
          if (flags.has(flag)) {
            command.addAll(List.of("--" + option, flags.text(flag, "")));
          }
        });
    if (!flags.has("pushgateway")) {
      localPushgateway(flags, environment)
          .ifPresent(url -> command.addAll(List.of("--report.pushgateway-url", url)));
    }
    if (flags.has("json")) {
      command.addAll(List.of("--audit.output", "json"));
    }
    if (flags.has("dry-run")) {
      command.addAll(List.of(verb.equals(PURGE) ? "--purge.dry-run" : "--audit.dry-run", "true"));
    }
    if (flags.has("without-letters")) {
      command.addAll(List.of("--repair.without-letters", "true"));
    }
    return command;
  }

  /** The Pushgateway of the local stack, if the job is one of its own and it runs. */
  private static Optional<String> localPushgateway(
      Arguments flags, Map<String, String> environment) {
    if (!flags.rest().isEmpty() && isFile(flags.rest().get(0))) {
      return Optional.empty();
    }
    Path state = home(flags, environment).run().resolve("stack.properties");
    if (!Files.exists(state)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(state)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + state, e);
    }
    return Optional.ofNullable(properties.getProperty("pushgateway"))
        .map(port -> "http://127.0.0.1:" + port);
  }

  private static NodeDirectories home(Arguments flags, Map<String, String> environment) {
    String home = flags.text("home", environment.getOrDefault("WEIR_HOME", ".weir"));
    return NodeDirectories.under(HarnessLayout.find().root().resolve(home));
  }

  private static boolean isFile(String name) {
    return name.endsWith(".yaml") || name.contains("/");
  }

  private static Path jobFile(Arguments flags, Map<String, String> environment) {
    if (flags.rest().size() > 1) {
      throw new IllegalArgumentException(
          "takes one job at most, not " + flags.rest() + "; see --help");
    }
    String name = flags.rest().isEmpty() ? "logs" : flags.rest().get(0);
    Path file =
        isFile(name) ? Path.of(name) : Deployments.below(home(flags, environment)).jobFile(name);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "there is no job file "
              + file
              + "; the logs job of the local stack has one after bin/up, and another is named by"
              + " the path of its job file");
    }
    return file;
  }

  private static int start(List<String> command, PrintStream out, PrintStream err) {
    try {
      HarnessLayout layout = HarnessLayout.find();
      ProcessBuilder builder = new ProcessBuilder(command);
      builder
          .environment()
          .put("FLINK_PLUGINS_DIR", layout.target("flink-node", "plugins").toString());
      builder.environment().put("FLINK_CONF_DIR", layout.flinkConf().toString());
      Process process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "end the job"));
      process.getOutputStream().close();
      Thread errors =
          new Thread(() -> copy(process.getErrorStream(), err), "errors of " + process.pid());
      errors.setDaemon(true);
      errors.start();
      copy(process.getInputStream(), out);
      int status = process.waitFor();
      errors.join();
      return status;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.get(0), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Whoever ends this process alone ends its job, too: told to end, that cancels what it submitted.
   */
  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(InputStream from, PrintStream to) {
    try {
      from.transferTo(to);
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
