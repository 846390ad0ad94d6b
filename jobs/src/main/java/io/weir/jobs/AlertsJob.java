package io.weir.jobs;

import io.weir.jobs.options.AlertsJobOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alert rules on metric points, to Alertmanager and the topics of alerts. Options: {@code
 * docs/configuration.md}; what alerts mean: {@code docs/alerts.md}; name, parallelism, checkpoints
 * and restarts: {@code flink-conf/}.
 */
public final class AlertsJob {
  private static final Logger LOG = LoggerFactory.getLogger(AlertsJob.class);

  private AlertsJob() {}

  /**
   * Submits the job.
   *
   * @param args {@code --key value ...}, {@code --config FILE}
   * @throws io.weir.jobs.options.InvalidOptionsException listing every wrong option
   */
  public static void main(String[] args) throws Exception {
    AlertsJobOptions options = AlertsJobOptions.parse(args);
    LOG.info("Options in force: {}", options.shown());

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Checkpoints.require(env);

    AlertsTopology.build(
        env,
        AlertsConnectors.points(options),
        AlertsConnectors.rules(options),
        AlertsConnectors.settings(options),
        AlertsConnectors.sinks(options));
    env.execute();
  }
}
