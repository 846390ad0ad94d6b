package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RejectionGuardTest {
  private final RejectionGuard guard = new RejectionGuard(0.5, 100);

  @Test
  void failsWhenMostOfABatchIsRejectedForTheSameReason() {
    assertThatThrownBy(() -> guard.check(outcome(50, 50, Answers.UNPARSABLE.error())))
        .isInstanceOf(ElasticsearchException.class)
        .hasMessageContaining("POST /_bulk")
        .hasMessageContaining("of the last 100 documents at least 50")
        .hasMessageContaining("failed to parse field [n] of type [long]")
        .hasMessageContaining("in index logs-2026-03-29-10");
  }

  @Test
  void letsAMinorityPass() {
    assertThatCode(() -> guard.check(outcome(51, 49, Answers.UNPARSABLE.error())))
        .doesNotThrowAnyException();
  }

  @Test
  void takesSmallBatchesTogether() throws Exception {
    for (int i = 0; i < 9; i++) {
      guard.check(outcome(0, 10, Answers.UNPARSABLE.error()));
    }

    assertThatThrownBy(() -> guard.check(outcome(0, 10, Answers.UNPARSABLE.error())))
        .isInstanceOf(ElasticsearchException.class);
  }

  @Test
  void beginsAnewAfterEachWindow() throws Exception {
    for (int i = 0; i < 100; i++) {
      guard.check(outcome(60, 40, Answers.UNPARSABLE.error()));
    }
  }

  @Test
  void doesNotAddUpDifferentReasons() throws Exception {
    BulkOutcome.Builder outcome = new BulkOutcome.Builder();
    for (int i = 0; i < 1_000; i++) {
      ErrorCause cause =
          new ErrorCause("document_parsing_exception", "failed to parse field [f" + "x".repeat(i));
      outcome.rejected(Documents.document(i), RejectionReason.MAPPING_REJECTED, cause);
    }

    guard.check(outcome.build());
  }

  @Test
  void takesErrorsThatDifferInTheirValuesForTheSame() {
    ErrorCause other =
        new ErrorCause(
            "document_parsing_exception",
            "[2:60] failed to parse field [n] of type [long] in document with id '99'. Preview of"
                + " field's value: 'xyz'; caused by illegal_argument_exception: For input \"xyz\"");

    assertThat(RejectionGuard.kind(Answers.UNPARSABLE.error()))
        .isEqualTo(RejectionGuard.kind(other))
        .isNotEqualTo(
            RejectionGuard.kind(
                new ErrorCause(
                    "document_parsing_exception", "[2:60] failed to parse field [m] of type")));
  }

  @Test
  void rejectsAShareThatIsNone() {
    for (double share : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> new RejectionGuard(share, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new RejectionGuard(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static BulkOutcome outcome(int stored, int rejected, ErrorCause cause) {
    BulkOutcome.Builder outcome = new BulkOutcome.Builder();
    for (int i = 0; i < stored; i++) {
      outcome.stored(Documents.document(1_000 + i));
    }
    for (int i = 0; i < rejected; i++) {
      outcome.rejected(Documents.document(i), RejectionReason.MAPPING_REJECTED, cause);
    }
    return outcome.build();
  }
}
