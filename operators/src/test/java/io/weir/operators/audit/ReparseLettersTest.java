package io.weir.operators.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing again is shown by {@link ReadLettersTest}. */
class ReparseLettersTest {
  private static final RecordOrigin ORIGIN = new RecordOrigin("logs", "it000", 2, 7, 0);

  private static DeadLetter refusedForItsSize(String record) {
    LogLimits limits =
        new LogLimits(1_000, 10_000, 20, Duration.ofMinutes(10), Duration.ofDays(30));
    return new JsonLogParser(limits)
        .parse(record.getBytes(StandardCharsets.UTF_8), ORIGIN)
        .deadLetter();
  }

  private static boolean isWhole(DeadLetter letter, String... headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("letters", 0, 0, new byte[0], new byte[0]);
    for (String header : headers) {
      record.headers().add(header, new byte[0]);
    }
    return ReparseLetters.isWhole(record, letter);
  }

  @Test
  void aLetterHasAllOfARecordUnlessItWasCut() {
    DeadLetter letter = refusedForItsSize("x".repeat(2_000));

    assertThat(isWhole(letter, "reason")).isTrue();
    assertThat(isWhole(letter, "reason", "payload-bytes")).isFalse();
  }

  /** One byte more than is kept, where the cut falls into a character, and much more. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e9", "\u20ac", "\ud83d\ude00"})
  void ofARecordThatIsTooLargeToBeKeptThereIsTheBeginningOnly(String character) {
    int bytes = character.getBytes(StandardCharsets.UTF_8).length;
    for (int shift = 0; shift < 4; shift++) {
      String record =
          "y".repeat(shift) + character.repeat(JsonLogParser.LARGE_RECORD_KEPT_BYTES / bytes + 1);

      DeadLetter letter = refusedForItsSize(record);

      assertThat(letter.detail()).contains("are kept here");
      assertThat(isWhole(letter)).isFalse();
    }
  }

  @Test
  void aLetterWithoutARecordHasNone() {
    assertThat(
            isWhole(
                new DeadLetter(
                    ORIGIN,
                    DeadLetter.Stage.PARSE,
                    DeadLetter.Store.ALL,
                    "not_json",
                    "empty",
                    DeadLetter.PayloadKind.NONE,
                    new byte[0])))
        .isFalse();
  }
}
