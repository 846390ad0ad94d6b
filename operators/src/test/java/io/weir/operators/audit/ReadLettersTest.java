package io.weir.operators.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.FactBlock;
import io.weir.model.audit.Facts;
import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.deadletter.DeadLetter.PayloadKind;
import io.weir.model.deadletter.DeadLetter.Stage;
import io.weir.model.deadletter.DeadLetter.Store;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogLimits;
import io.weir.model.log.ParsedLog;
import io.weir.operators.logs.JsonLogParserFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.StreamFilter;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ReadLettersTest {
  private static final String CODE = "it000";
  private static final TopicSpan ALL = new TopicSpan("letters", "other", 0, 0, 100);

  private final TestingPartition letters = new TestingPartition("letters", 5_000);

  private static byte[] letter(long offset, String code, Stage stage, Store store, String payload) {
    return DeadLetterJson.encode(
        new DeadLetter(
            new RecordOrigin("logs", code, 2, offset, 1_000),
            stage,
            store,
            "some_reason",
            "words",
            payload.isEmpty() ? PayloadKind.NONE : PayloadKind.RECORD,
            payload.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void saysWhatEachLetterAccountsForAndPassesOverWhatIsNoneOfItsBusiness() throws Exception {
    letters
        .add(0, letter(3, CODE, Stage.PARSE, Store.ALL, "{"))
        .add(1, letter(4, CODE, Stage.WRITE, Store.ELASTICSEARCH, "{}"))
        .add(2, letter(5, CODE, Stage.DEDUPLICATE, Store.ALL, ""))
        .add(3, letter(6, "older", Stage.PARSE, Store.ALL, "{"))
        .add(4, "no letter".getBytes(StandardCharsets.UTF_8))
        .add(5, letter(7, CODE, Stage.WRITE, Store.ARCHIVE, "{}"));

    FactBlock block;
    try (OneInputStreamOperatorTestHarness<TopicSpan, FactBlock> harness =
        new OneInputStreamOperatorTestHarness<>(
            new StreamFlatMap<>(new ReadLetters(letters.factory(), Map.of("logs", CODE))))) {
      harness.open();
      harness.processElement(ALL, 0);
      block = harness.extractOutputValues().get(0);
    }

    assertThat(block.partition()).isEqualTo(2);
    assertThat(block.at(3)).isEqualTo((byte) (Facts.DEAD_FOR_HOT | Facts.DEAD_FOR_ARCHIVE));
    assertThat(block.at(4)).isEqualTo(Facts.DEAD_FOR_HOT);
    assertThat(block.at(5)).isEqualTo(Facts.DUPLICATE);
    assertThat(block.at(6)).isZero();
    assertThat(block.at(7)).isEqualTo(Facts.DEAD_FOR_ARCHIVE);
  }

  @Test
  void parsesRecordsAgainUnderTheirOwnIdentityOnceEach() throws Exception {
    String now = "{\"service\":\"a\",\"message\":\"m\"}";
    letters
        .add(0, letter(3, CODE, Stage.PARSE, Store.ALL, now))
        .add(1, letter(3, CODE, Stage.PARSE, Store.ALL, now))
        .add(2, letter(4, CODE, Stage.PARSE, Store.ALL, "{"))
        .add(3, letter(5, CODE, Stage.PARSE, Store.ALL, now))
        .add(4, letter(6, CODE, Stage.WRITE, Store.ELASTICSEARCH, now));
    OffsetSelection wanted =
        new OffsetSelection()
            .add(CODE, 2, io.weir.model.audit.OffsetRanges.of(3, 4))
            .add(CODE, 2, io.weir.model.audit.OffsetRanges.of(6, 6));
    LogLimits limits =
        new LogLimits(1 << 20, 10_000, 20, Duration.ofMinutes(10), Duration.ofDays(30));

    List<ParsedLog> parsed;
    try (OneInputStreamOperatorTestHarness<TopicSpan, ParsedLog> harness =
        new OneInputStreamOperatorTestHarness<>(
            new StreamFlatMap<>(
                new ReparseLetters(letters.factory(), new JsonLogParserFactory(limits), wanted)))) {
      harness.open();
      harness.processElement(ALL, 0);
      parsed = harness.extractOutputValues();
    }
    assertThat(parsed).as("one for each letter").hasSize(3);
    try (OneInputStreamOperatorTestHarness<ParsedLog, ParsedLog> harness =
        new OneInputStreamOperatorTestHarness<>(new StreamFilter<>(new OnceEach()))) {
      harness.open();
      for (ParsedLog each : parsed) {
        harness.processElement(each, 0);
      }
      parsed = harness.extractOutputValues();
    }

    assertThat(parsed).hasSize(2);
    assertThat(parsed.get(0).event().origin())
        .isEqualTo(new RecordOrigin("logs", CODE, 2, 3, 1_000));
    assertThat(parsed.get(1).deadLetter().origin().offset()).isEqualTo(4);
  }
}
