package io.weir.jobs;

import io.weir.jobs.options.MetricsJobOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metric points from Kafka into Prometheus. Options: {@code docs/configuration.md}; name,
 * parallelism, checkpoints and restarts: {@code flink-conf/}.
 */
public final class MetricsJob {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsJob.class);

  private MetricsJob() {}

  /**
   * Submits the job.
   *
   * @param args {@code --key value ...}, {@code --config FILE}
   * @throws io.weir.jobs.options.InvalidOptionsException listing every wrong option
   */
  public static void main(String[] args) throws Exception {
    MetricsJobOptions options = MetricsJobOptions.parse(args);
    LOG.info("Options in force: {}", options.shown());

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Checkpoints.require(env);

    MetricsTopology.build(
        env,
        MetricsConnectors.source(options),
        MetricsConnectors.settings(options),
        MetricsConnectors.sinks(options));
    env.execute();
  }
}
