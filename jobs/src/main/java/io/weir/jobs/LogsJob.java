package io.weir.jobs;

import io.weir.jobs.options.LogsJobOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs from Kafka into Elasticsearch and the archive. Options: {@code docs/configuration.md}; name,
 * parallelism, checkpoints and restarts: {@code flink-conf/}.
 */
public final class LogsJob {
  private static final Logger LOG = LoggerFactory.getLogger(LogsJob.class);

  private LogsJob() {}

  /**
   * Submits the job.
   *
   * @param args {@code --key value ...}, {@code --config FILE}
   * @throws io.weir.jobs.options.InvalidOptionsException listing every wrong option
   */
  public static void main(String[] args) throws Exception {
    LogsJobOptions options = LogsJobOptions.parse(args);
    LOG.info("Options in force: {}", options.shown());

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Checkpoints.require(env);

    LogsTopology.build(
        env, LogsConnectors.source(options), options.duplicates(), LogsConnectors.sinks(options));
    env.execute();
  }
}
