package io.weir.harness.stack;

import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.process.JavaCommand;
import io.weir.harness.process.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the operator's tasks out of the jobs' jar, as production does, each in a JVM of its own. */
public final class JobsTasks {
  /** Start of the names of tasks' processes. */
  static final String PROCESS_PREFIX = "task-";

  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final String PACKAGE = "io.weir.jobs.tasks.";

  /** What to do when a task fails, by its name. */
  private static final Map<String, String> ADVICE =
      Map.of(
          "CreateTopics",
          "see kafka.log; a topic that was changed by hand: put it back, or bin/up --fresh",
          "InstallTemplates",
          "see elasticsearch.log; a newer template: run the newer build, or bin/up --fresh",
          "GenerateAlertmanagerConfig",
          "mend k8s/base/alert-channels.yaml; the lines above name the field",
          "DeleteExpiredIndices",
          "see elasticsearch.log; it is tried again");

  private final HarnessLayout layout;
  private final NodeDirectories directories;

  public JobsTasks(HarnessLayout layout, NodeDirectories directories) {
    this.layout = layout;
    this.directories = directories;
  }

  /**
   * Runs a task to its end.
   *
   * @param task simple class name, for example {@code CreateTopics}
   * @throws io.weir.harness.process.ProcessFailedException when it does not succeed
   */
  public void run(String task, List<String> arguments) {
    ManagedProcess process =
        directories
            .process(PROCESS_PREFIX + task)
            .logLimit(1 << 20, 1)
            .advice(ADVICE.getOrDefault(task, ""))
            .command(() -> command(task, arguments))
            .build();
    if (process.start().awaitExit(TIMEOUT) != 0) {
      throw process.failure("failed with " + process.describeExit(), null);
    }
  }

  private JavaCommand command(String task, List<String> arguments) {
    List<Path> classPath = new ArrayList<>();
    classPath.add(layout.jobsJar());
    classPath.addAll(layout.classPath("flink-node"));
    Path logging = layout.flinkConf().resolve("log4j2.properties");
    return new JavaCommand(layout.tetherJar(), PACKAGE + task)
        .classPath(classPath)
        .jvm("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .systemProperty("log4j2.configurationFile", logging.toUri().toString())
        .arguments(arguments);
  }
}
