package io.weir.jobs;

import io.weir.jobs.options.LogMetricsJobOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Points made of logs: from the topics of logs into the topic of metric points. Options: {@code
 * docs/configuration.md}; name, parallelism, checkpoints and restarts: {@code flink-conf/}.
 */
public final class LogMetricsJob {
  private static final Logger LOG = LoggerFactory.getLogger(LogMetricsJob.class);

  private LogMetricsJob() {}

  /**
   * Submits the job.
   *
   * @param args {@code --key value ...}, {@code --config FILE}
   * @throws io.weir.jobs.options.InvalidOptionsException listing every wrong option
   */
  public static void main(String[] args) throws Exception {
    LogMetricsJobOptions options = LogMetricsJobOptions.parse(args);
    LOG.info("Options in force: {}", options.shown());

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Checkpoints.require(env);

    LogMetricsTopology.build(
        env,
        LogMetricsConnectors.logs(options),
        LogMetricsConnectors.rules(options),
        options.counts(),
        LogMetricsConnectors.points(options));
    env.execute();
  }
}
