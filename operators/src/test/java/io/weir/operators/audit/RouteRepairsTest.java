package io.weir.operators.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.OffsetRanges;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogLevel;
import io.weir.model.log.ParsedLog;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RouteRepairsTest {
  private static final String CODE = "it000";

  private static LogEvent event(long offset, int flags) {
    return new LogEvent(
        0,
        "a",
        null,
        null,
        LogLevel.INFO,
        "m",
        "{}",
        null,
        null,
        flags,
        "logs",
        CODE,
        1,
        offset,
        0);
  }

  private static DeadLetter letter(long offset) {
    return new DeadLetter(
        new RecordOrigin("logs", CODE, 1, offset, 0),
        DeadLetter.Stage.PARSE,
        DeadLetter.Store.ALL,
        "not_json",
        "words",
        DeadLetter.PayloadKind.NONE,
        new byte[0]);
  }

  private static OneInputStreamOperatorTestHarness<ParsedLog, LogEvent> harness(boolean letters)
      throws Exception {
    OneInputStreamOperatorTestHarness<ParsedLog, LogEvent> harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(
                new RouteRepairs(
                    new OffsetSelection().add(CODE, 1, OffsetRanges.of(3, 5)),
                    new OffsetSelection().add(CODE, 1, OffsetRanges.of(5, 6)),
                    letters)));
    harness.open();
    for (long offset = 2; offset <= 7; offset++) {
      harness.processElement(
          ParsedLog.of(event(offset, offset == 4 ? LogFlags.ARCHIVE_ONLY : 0)), 0);
    }
    harness.processElement(ParsedLog.of(letter(3)), 0);
    harness.processElement(ParsedLog.of(letter(9)), 0);
    return harness;
  }

  @Test
  void givesEachStoreWhatItLacksAndNothingElse() throws Exception {
    try (OneInputStreamOperatorTestHarness<ParsedLog, LogEvent> harness = harness(true)) {
      assertThat(harness.extractOutputValues())
          .extracting(LogEvent::offset)
          .containsExactly(5L, 6L);
      assertThat(harness.getSideOutput(RouteRepairs.HOT))
          .extracting(record -> record.getValue().offset())
          .as("without the one that is too old")
          .containsExactly(3L, 5L);
      assertThat(harness.getSideOutput(RouteRepairs.DEAD_LETTERS))
          .extracting(record -> record.getValue().origin().offset())
          .containsExactly(3L);
    }
  }

  @Test
  void aRecordThatHasALetterGetsNoOther() throws Exception {
    try (OneInputStreamOperatorTestHarness<ParsedLog, LogEvent> harness = harness(false)) {
      assertThat(harness.getSideOutput(RouteRepairs.DEAD_LETTERS)).isNull();
    }
  }
}
