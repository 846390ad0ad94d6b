package io.weir.harness.manifests;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code flink-conf/} means on Kubernetes: {@code config.yaml}, then {@code kubernetes.yaml},
 * then the job's file, of which the later win; and {@code log4j2.properties}.
 *
 * @param deployment name of the Flink deployment
 * @param job which job's file
 * @param file where the generated patch stands, below {@code k8s/}
 */
record FlinkConfiguration(String deployment, String job, String file) {

  /** Every deployment that has one. */
  static final List<FlinkConfiguration> ALL =
      List.of(
          of("logs"),
          of("log-metrics"),
          of("metrics"),
          of("alerts"),
          new FlinkConfiguration("weir-restore", "logs", "restore/generated/restore.yaml"));

  private static FlinkConfiguration of(String job) {
    return new FlinkConfiguration("weir-" + job, job, "base/flink/generated/" + job + ".yaml");
  }

  Path path() {
    return Repository.K8S.resolve(file);
  }

  /** Returns the keys and values in force, before any overlay. */
  Map<String, String> options() {
    Map<String, String> options = new TreeMap<>();
    for (String name : List.of("config.yaml", "kubernetes.yaml", job + "-job.yaml")) {
      options.putAll(read(Repository.FLINK_CONF.resolve(name)));
    }
    return options;
  }

  /**
   * @throws IllegalArgumentException when a value is not a scalar
   */
  static Map<String, String> read(Path file) {
    Map<String, String> options = new TreeMap<>();
    Yaml.document(file)
        .forEach(
            (key, value) -> {
              if (value instanceof Map<?, ?> || value instanceof List<?>) {
                throw new IllegalArgumentException(file + ": " + key + " must be one value");
              }
              options.put(key, String.valueOf(value));
            });
    return options;
  }

  /** Where the configuration of Flink in a task's own pod stands. */
  static Path inPodPath() {
    return Repository.K8S.resolve("base/tasks/generated/flink.yaml");
  }

  /** Returns the map that a task's pod mounts: how to reach the archive, and where logs go. */
  static String inPod() {
    Map<String, String> options = new TreeMap<>();
    for (String name : List.of("config.yaml", "kubernetes.yaml")) {
      options.putAll(read(Repository.FLINK_CONF.resolve(name)));
    }
    options.keySet().removeIf(key -> !key.startsWith("fs."));
    options.put("io.tmp.dirs", "/tmp");
    StringBuilder text = new StringBuilder();
    text.append(
            "# Generated from config.yaml, kubernetes.yaml and log4j2.properties of flink-conf/: ")
        .append("change those, then\n# run FlinkConfigurationTest with -Dweir.k8s.write=true.\n")
        .append("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: weir-flink-in-pod\n")
        .append("data:\n  config.yaml: |\n");
    options.forEach(
        (key, value) -> text.append("    ").append(key).append(": ").append(value).append('\n'));
    text.append("  log4j2.properties: |\n");
    appendLogging(text, "    ");
    return text.toString();
  }

  private static void appendLogging(StringBuilder text, String indent) {
    Yaml.text(Repository.FLINK_CONF.resolve("log4j2.properties"))
        .lines()
        .forEach(line -> text.append(line.isEmpty() ? "" : indent + line).append('\n'));
  }

  /** Returns the patch that gives the deployment this configuration. */
  String patch() {
    StringBuilder text = new StringBuilder();
    text.append("# Generated from config.yaml, kubernetes.yaml, ")
        .append(job)
        .append("-job.yaml and");
    text.append(" log4j2.properties of flink-conf/: change\n# those, then run");
    text.append(" FlinkConfigurationTest with -Dweir.k8s.write=true.\n");
    text.append("apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata:\n  name: ");
    text.append(deployment).append("\nspec:\n  flinkConfiguration:\n");
    options()
        .forEach(
            (key, value) ->
                text.append("    ").append(key).append(": \"").append(value).append("\"\n"));
    text.append("  logConfiguration:\n    log4j-console.properties: |\n");
    appendLogging(text, "      ");
    return text.toString();
  }
}
