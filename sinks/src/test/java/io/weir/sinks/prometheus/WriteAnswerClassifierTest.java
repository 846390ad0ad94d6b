package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.sinks.prometheus.WriteAnswerClassifier.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteAnswerClassifierTest {

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 204})
  void takesEverySuccessForWritten(int status) {
    assertThat(WriteAnswerClassifier.classify(status, "")).isEqualTo(Verdict.WRITTEN);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 599})
  void retriesWhatSpeaksOfTheReceiver(int status) {
    assertThat(WriteAnswerClassifier.classify(status, "try again")).isEqualTo(Verdict.RETRY);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 401, 403, 404, 405, 415})
  void failsOnWhatSpeaksOfTheRequest(int status) {
    assertThat(WriteAnswerClassifier.classify(status, "no")).isEqualTo(Verdict.FAIL);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 409, 413, 422})
  void splitsWhatSpeaksOfSamples(int status) {
    assertThat(WriteAnswerClassifier.classify(status, "bad sample")).isEqualTo(Verdict.SPLIT);
  }

  /** Each was seen at Prometheus 2.42, or is in its source. */
  @ParameterizedTest
  @CsvSource({
    "500, too old sample, TOO_OLD",
    "400, too old sample, TOO_OLD",
    "400, duplicate sample for timestamp, DUPLICATE_TIMESTAMP",
    "500, duplicate sample for timestamp, DUPLICATE_TIMESTAMP",
    "400, out of order sample, OUT_OF_ORDER",
    "500, out of order sample, OUT_OF_ORDER",
    "400, out of bounds, OUT_OF_BOUNDS",
    "500, out of bounds, OUT_OF_BOUNDS",
    "500, label name \"x\" is not unique: invalid sample, INVALID_LABELS",
    "413, , TOO_LARGE",
    "400, something else, REJECTED",
    "422, , REJECTED",
  })
  void knowsPrometheusSentencesAboutSamples(int status, String body, DropReason reason) {
    String words = body == null ? "" : body;
    assertThat(WriteAnswerClassifier.classify(status, words)).isEqualTo(Verdict.SPLIT);
    assertThat(WriteAnswerClassifier.reasonOf(status, words)).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "the sample has been rejected because its timestamp is too old (err-mimir-sample-timestamp-too-old), TOO_OLD",
    "the sample has been rejected because another sample with the same timestamp but a different value has already been ingested (err-mimir-sample-duplicate-timestamp), DUPLICATE_TIMESTAMP",
    "add 1 series: out of order sample, OUT_OF_ORDER",
    "Out of order sample from remote write, OUT_OF_ORDER",
    "received a series whose label value length exceeds the limit, INVALID_LABELS",
  })
  void knowsOtherReceiversWords(String body, DropReason reason) {
    assertThat(WriteAnswerClassifier.reasonOf(400, body)).isEqualTo(reason);
  }

  @Test
  void doesNotTakeAFailureThatQuotesASentenceForOne() {
    assertThat(WriteAnswerClassifier.classify(500, "too old sample: disk is full"))
        .isEqualTo(Verdict.RETRY);
    assertThat(WriteAnswerClassifier.classify(500, "x".repeat(1_000) + " out of bounds"))
        .isEqualTo(Verdict.RETRY);
    assertThat(WriteAnswerClassifier.classify(503, "too old sample")).isEqualTo(Verdict.RETRY);
  }
}
