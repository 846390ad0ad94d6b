package io.weir.operators.logs;

import static io.weir.operators.TestingRecords.event;
import static io.weir.operators.TestingRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.operators.OperatorMetrics;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.StreamFilter;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class KeepHotTest {

  private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();
  private final TaskMetricGroup taskMetrics =
      new InterceptingTaskMetricGroup() {
        @Override
        public InternalOperatorMetricGroup getOrAddOperator(
            OperatorID id, String name, Map<String, String> variables) {
          return metrics;
        }
      };

  @Test
  void keepsOutAndCountsWhatIsTooOldForTheHotStore() throws Exception {
    try (MockEnvironment environment =
            new MockEnvironmentBuilder().setMetricGroup(taskMetrics).build();
        OneInputStreamOperatorTestHarness<LogEvent, LogEvent> harness =
            new OneInputStreamOperatorTestHarness<>(
                new StreamFilter<>(new KeepHot()), environment)) {
      harness.setup();
      harness.open();
      LogEvent recent = event(origin(0), LogFlags.LEVEL_INFERRED);
      LogEvent old = event(origin(1), LogFlags.ARCHIVE_ONLY | LogFlags.LEVEL_INFERRED);

      harness.processElement(recent, 1);
      harness.processElement(old, 2);

      assertThat(harness.extractOutputValues()).containsExactly(recent);
      assertThat(((Counter) metrics.get(OperatorMetrics.TOO_OLD_FOR_HOT)).getCount()).isEqualTo(1);
    }
  }
}
