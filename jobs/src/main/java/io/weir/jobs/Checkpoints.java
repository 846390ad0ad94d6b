package io.weir.jobs;

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What every job demands of the cluster before it runs. */
final class Checkpoints {
  private Checkpoints() {}

  /**
   * Refuses to run without checkpoints: documents and files would be written, but never made to
   * last, and every restart would begin anew.
   *
   * @throws IllegalStateException naming the option to set
   */
  static void require(StreamExecutionEnvironment env) {
    if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
      throw new IllegalStateException(
          "checkpointing is disabled: the archive would never show a file, and nothing would"
              + " survive a restart. Set "
              + CheckpointingOptions.CHECKPOINTING_INTERVAL.key()
              + " in flink-conf/config.yaml or for the job");
    }
  }
}
