package io.weir.harness.bench;

import io.weir.harness.node.HarnessLayout;
import io.weir.harness.process.JavaCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a bench that has Flink in its own JVM, with the class path of a cluster and the jobs. */
final class OperatorsJvm {
  /** Flink reflects into the JDK. */
  private static final List<String> OPENED =
      List.of(
          "java.lang", "java.net", "java.io", "java.nio", "java.text", "java.time", "java.util");

  private OperatorsJvm() {}

  /**
   * Runs a main class to its end, its output going where that of this process goes.
   *
   * @param recording where to write a flight recording, or null
   */
  static void run(HarnessLayout layout, String mainClass, List<String> arguments, String recording)
      throws IOException, InterruptedException {
    List<Path> classPath = new ArrayList<>();
    classPath.add(layout.root().resolve("test-harness/stack/target/weir-stack.jar"));
    classPath.add(layout.jobsJar());
    classPath.addAll(layout.classPath("flink-node"));
    JavaCommand java =
        new JavaCommand(layout.tetherJar(), mainClass)
            .classPath(classPath)
            .jvm("-Xmx2g", "-XX:+UseParallelGC")
            .arguments(arguments);
    for (String name : OPENED) {
      java.jvm("--add-opens=java.base/" + name + "=ALL-UNNAMED");
    }
    if (recording != null) {
      java.jvm("-XX:StartFlightRecording=settings=profile,filename=" + recording);
    }
    int code = new ProcessBuilder(java.toCommandLine()).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(mainClass + " ended with code " + code);
    }
  }
}
