package io.weir.jobs.audit;

import io.weir.jobs.options.AuditOptions;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import org.apache.flink.api.common.BatchShuffleMode;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Where bounded jobs run: in this process, or on a session cluster to which this process submits
 * them and whose results it collects. Not a matter of {@code flink-conf/}: the same program is run
 * by hand, by a timer, and on clusters that streaming jobs have.
 */
public final class BatchEnvironment {
  private static final int RESTARTS = 3;
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(5);

  private BatchEnvironment() {}

  /** Returns a new environment for one job that may be repeated in part, because it only reads. */
  public static StreamExecutionEnvironment of(AuditOptions options) {
    return of(options, RESTARTS);
  }

  /**
   * Returns a new environment for one job that writes, whose parts must not be repeated and beside
   * which no other must write.
   *
   * @throws IllegalStateException if another repair or redrive runs on the cluster
   */
  public static StreamExecutionEnvironment withoutRestarts(AuditOptions options) {
    options.cluster().map(BatchCluster::new).ifPresent(BatchCluster::requireNoWriter);
    return of(options, 0);
  }

  private static StreamExecutionEnvironment of(AuditOptions options, int restarts) {
    Configuration configuration = configuration(options.parallelism(), restarts);
    // On a cluster too: whoever makes the graph of a sink asks the file system how it commits.
    Configuration machine = GlobalConfiguration.loadConfiguration();
    FileSystem.initialize(machine, PluginUtils.createPluginManagerFromRootFolder(machine));
    return options
        .cluster()
        .map(BatchCluster::new)
        .map(
            cluster ->
                cluster.environment(configuration, EndWithProcess.ofThis(), ownJar().toString()))
        .orElseGet(() -> local(options, configuration));
  }

  /** Returns how a bounded job runs, wherever that is. */
  static Configuration configuration(int parallelism, int restarts) {
    Configuration configuration = new Configuration();
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    // Blocking exchanges would take 16 MB of network buffers for each task that writes one, which
    // clusters of
    // streaming jobs do not have; so everything runs at once, in as many slots as the parallelism.
    configuration.set(
        ExecutionOptions.BATCH_SHUFFLE_MODE, BatchShuffleMode.ALL_EXCHANGES_PIPELINED);
    configuration.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.Default);
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY, restarts == 0 ? "disable" : "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, RESTART_PAUSE);
    return configuration;
  }

  private static StreamExecutionEnvironment local(
      AuditOptions options, Configuration configuration) {
    return StreamExecutionEnvironment.createLocalEnvironment(options.parallelism(), configuration);
  }

  /** The classes of the functions go to the cluster in the jar that they came from. */
  private static Path ownJar() {
    CodeSource source = BatchEnvironment.class.getProtectionDomain().getCodeSource();
    try {
      Path jar = Path.of(source.getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        return jar;
      }
      throw new IllegalStateException(
          "audit.cluster-url needs the program to run out of its jar, not out of " + jar);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the jar of this program is at no path: " + source, e);
    }
  }
}
