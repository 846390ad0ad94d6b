package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class CheckpointsTest {

  @Test
  void refusesToRunWithoutCheckpointsAndNamesTheOption() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());

    assertThatThrownBy(() -> Checkpoints.require(env))
        .hasMessageContaining("checkpointing is disabled")
        .hasMessageContaining("execution.checkpointing.interval");
  }

  @Test
  void runsWithTheConfigurationThatShips() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            Configuration.fromMap(
                Map.of(
                    "execution.checkpointing.interval",
                    FlinkConf.read("config.yaml").get("execution.checkpointing.interval"))));

    assertThatCode(() -> Checkpoints.require(env)).doesNotThrowAnyException();
  }
}
