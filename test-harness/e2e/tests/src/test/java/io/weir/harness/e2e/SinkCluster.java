package io.weir.harness.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A MiniCluster of one slot for jobs that write to a sink under test: a checkpoint every 200 ms,
 * and metrics that are kept over the end of a job.
 */
public class SinkCluster
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private final InMemoryReporter metrics = InMemoryReporter.createWithRetainedMetrics();
  private final String metricGroup;
  private final MiniClusterExtension cluster;
  private final List<SinkJob> started = new ArrayList<>();

  /**
   * Makes a cluster.
   *
   * @param metricGroup group of the sink's metrics
   */
  protected SinkCluster(String metricGroup) {
    this.metricGroup = metricGroup;
    Configuration configuration = new Configuration();
    metrics.addToConfiguration(configuration);
    cluster =
        new MiniClusterExtension(
            new MiniClusterResourceConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumberTaskManagers(1)
                .setNumberSlotsPerTaskManager(1)
                .build());
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    cluster.beforeAll(context);
  }

  /** Makes the cluster the one that environments of this thread submit to. */
  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    cluster.beforeEach(context);
  }

  /** Ends what a failed test left running: it holds the only slot. */
  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (SinkJob job : started) {
      job.cancelIfRunning();
    }
    started.clear();
    cluster.afterEach(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    cluster.afterAll(context);
  }

  /**
   * Returns an environment for a job of one task.
   *
   * @param restarts how often it may be restarted after a failure
   */
  protected final StreamExecutionEnvironment environment(int restarts) {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(1);
    return environment;
  }

  /** Starts the job of an environment. */
  protected final SinkJob execute(StreamExecutionEnvironment environment, String name)
      throws Exception {
    SinkJob job = new SinkJob(environment.executeAsync(name), metrics, metricGroup);
    started.add(job);
    return job;
  }
}
