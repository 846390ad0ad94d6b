package io.weir.operators.logs;

import static io.weir.operators.TestingRecords.deadLetter;
import static io.weir.operators.TestingRecords.event;
import static io.weir.operators.TestingRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

class RouteLogsTest {

  @Test
  void sendsEventsToTheMainOutputAndTheRestToTheSideOutput() throws Exception {
    try (OneInputStreamOperatorTestHarness<ParsedLog, LogEvent> harness =
        ProcessFunctionTestHarnesses.forProcessFunction(new RouteLogs())) {
      LogEvent first = event(origin(0), 0);
      DeadLetter second = deadLetter(origin(1), "not_json");
      LogEvent third = event(origin(2), 0);

      harness.processElement(ParsedLog.of(first), 1);
      harness.processElement(ParsedLog.of(second), 2);
      harness.processElement(ParsedLog.of(third), 3);

      assertThat(harness.extractOutputValues()).containsExactly(first, third);
      assertThat(harness.getSideOutput(RouteLogs.DEAD_LETTERS))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getValue()).isEqualTo(second);
                assertThat(letter.getTimestamp()).isEqualTo(2);
              });
    }
  }
}
