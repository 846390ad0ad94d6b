package io.weir.harness.manifests;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.autoscaler.config.AutoScalerOptions;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;

/** Every option that may stand in {@code spec.flinkConfiguration}. */
final class KnownFlinkOptions {
  private static final List<Class<?>> CLASSES =
      List.of(
          AutoScalerOptions.class,
          BlobServerOptions.class,
          CheckpointingOptions.class,
          CoreOptions.class,
          HeartbeatManagerOptions.class,
          HighAvailabilityOptions.class,
          JobManagerOptions.class,
          KubernetesConfigOptions.class,
          MetricOptions.class,
          NettyShuffleEnvironmentOptions.class,
          PipelineOptions.class,
          RestOptions.class,
          RestartStrategyOptions.class,
          RocksDBOptions.class,
          SecurityOptions.class,
          StateBackendOptions.class,
          TaskManagerOptions.class,
          WebOptions.class);

  /**
   * The operator's own, which are in no published jar: copied by hand from its configuration
   * reference, release 1.15, as far as they are used.
   */
  private static final Set<String> OPERATOR =
      Set.of(
          "kubernetes.operator.job.upgrade.last-state-fallback.enabled",
          "kubernetes.operator.periodic.savepoint.interval",
          "kubernetes.operator.savepoint.dispose-on-delete",
          "kubernetes.operator.savepoint.history.max.age",
          "kubernetes.operator.savepoint.history.max.count",
          "kubernetes.operator.deployment.rollback.enabled",
          "kubernetes.operator.deployment.readiness.timeout",
          "kubernetes.operator.jm-deployment-recovery.enabled",
          "kubernetes.operator.cluster.health-check.enabled",
          "kubernetes.operator.cluster.health-check.restarts.threshold",
          "kubernetes.operator.cluster.health-check.restarts.window",
          "kubernetes.operator.cluster.health-check.checkpoint-progress.enabled",
          "kubernetes.operator.pod-template.merge-arrays-by-name");

  /** Keys that a reporter or a file system defines, and Flink passes on. */
  private static final Set<String> PASSED_ON =
      Set.of(
          "metrics.reporter.prom.factory.class",
          "metrics.reporter.prom.filterLabelValueCharacters",
          "metrics.reporter.prom.port",
          "s3.endpoint",
          "s3.path.style.access",
          "s3.access-key",
          "s3.secret-key",
          "fs.s3a.aws.credentials.provider",
          "fs.s3a.threads.keepalivetime");

  private static final Map<String, ConfigOption<?>> OPTIONS = collect();

  private KnownFlinkOptions() {}

  static boolean knows(String key) {
    return OPTIONS.containsKey(key) || OPERATOR.contains(key) || PASSED_ON.contains(key);
  }

  /** Returns the option, where its class is at hand. */
  static Optional<ConfigOption<?>> find(String key) {
    return Optional.ofNullable(OPTIONS.get(key));
  }

  private static Map<String, ConfigOption<?>> collect() {
    Map<String, ConfigOption<?>> options = new HashMap<>();
    CLASSES.stream()
        .flatMap(type -> Stream.of(type.getFields()))
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .filter(field -> field.getType() == ConfigOption.class)
        .map(KnownFlinkOptions::valueOf)
        .forEach(option -> options.put(option.key(), option));
    return Map.copyOf(options);
  }

  private static ConfigOption<?> valueOf(Field field) {
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
