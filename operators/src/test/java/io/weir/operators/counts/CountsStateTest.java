package io.weir.operators.counts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.metric.MetricPoint;
import io.weir.operators.SavedState;
import io.weir.operators.SavedState.OfEachVersion;
import io.weir.operators.rules.RuleRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;

/** What earlier versions had in state goes on in the present code. */
class CountsStateTest {
  private static final long START = 1_774_778_400_000L;
  private static final String RULE =
      """
      {"kind":"log_match","query":"boom","threshold":5,"group_by":["service"],
       "notification_channel":"ops"}
      """;

  @OfEachVersion("counts-count-logs")
  void countLogs(String version) throws Exception {
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "counts-count-logs",
            () -> {
              try (var harness = counting()) {
                harness.setProcessingTime(START);
                harness.open();
                harness.processElement2(
                    new StreamRecord<>(
                        new RuleRecord("r", 7, RULE.getBytes(StandardCharsets.UTF_8))));
                log(harness, 0, 1);
                log(harness, 0, 2);
                log(harness, 3, 3);
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = counting()) {
      harness.initializeState(state);
      harness.setProcessingTime(START);
      harness.open();
      log(harness, 0, 4);
      harness.getOutput().clear();
      harness.setProcessingTime(START + 10_000);

      assertThat(harness.extractOutputValues())
          .extracting(point -> point.series().replace("\"", "") + " " + Math.round(point.value()))
          .contains(
              "log_events_total{level=ERROR,producer=logs-0,service=web} 3",
              "weir_rule_log_matches_total{producer=logs-0,rule_id=r,rule_version=7,service=web}"
                  + " 3");
      OperatorSubtaskState after = harness.snapshot(2, 2);
      try (var next = counting()) {
        next.initializeState(after);
        next.setProcessingTime(START);
        next.open();
        log(next, 3, 5);
        next.getOutput().clear();
        next.setProcessingTime(START + 10_000);
        assertThat(next.extractOutputValues())
            .extracting(point -> point.series().replace("\"", "") + " " + Math.round(point.value()))
            .as("a partition that was silent meanwhile")
            .contains("log_events_total{level=ERROR,producer=logs-3,service=web} 2");
      }
    }
  }

  private static TwoInputStreamOperatorTestHarness<LogEvent, RuleRecord, MetricPoint> counting()
      throws Exception {
    return new TwoInputStreamOperatorTestHarness<>(
        new CountLogs(
            new CountSettings(
                List.of(), Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofHours(1))),
        SavedState.MAX_PARALLELISM,
        1,
        0);
  }

  private static void log(
      TwoInputStreamOperatorTestHarness<LogEvent, RuleRecord, MetricPoint> harness,
      int partition,
      int second)
      throws Exception {
    long append = START + second * 1_000L;
    harness.processElement1(
        new StreamRecord<>(
            new LogEvent(
                append * 1_000_000,
                "web",
                "web-1",
                null,
                LogLevel.ERROR,
                "boom",
                "{}",
                null,
                null,
                0,
                "logs",
                "0a1b2",
                partition,
                second,
                append)));
  }
}
