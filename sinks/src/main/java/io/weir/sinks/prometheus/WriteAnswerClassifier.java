package io.weir.sinks.prometheus;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Says what an answer to a remote-write request means: a pure function of status and body. The
 * status alone does not tell: Prometheus 2.42 answers a sample before its out-of-order window with
 * 500, as it answers its own failures.
 */
final class WriteAnswerClassifier {
  /** Longest body of a 500 that can be one of Prometheus' sentences about a sample. */
  private static final int MAX_SENTENCE = 500;

  /** What became of a request. */
  enum Verdict {
    /** All of it was taken. */
    WRITTEN,
    /** The receiver cannot take it now: send it again, later. */
    RETRY,
    /** There is something in it that is never taken: send it in halves, and drop a single one. */
    SPLIT,
    /** Sending it again would change nothing, whatever the samples: fail. */
    FAIL
  }

  /**
   * Prometheus' sentences about a sample (package {@code storage}, errors of its interface). Other
   * receivers say the same in a 4xx, among other words.
   */
  private static final Map<String, DropReason> SENTENCES =
      Map.of(
          "too old sample", DropReason.TOO_OLD,
          "out of order sample", DropReason.OUT_OF_ORDER,
          "duplicate sample for timestamp", DropReason.DUPLICATE_TIMESTAMP,
          "out of bounds", DropReason.OUT_OF_BOUNDS,
          "invalid sample", DropReason.INVALID_LABELS);

  private static final List<Map.Entry<String, DropReason>> WORDS =
      List.of(
          Map.entry("too-old", DropReason.TOO_OLD),
          Map.entry("too old", DropReason.TOO_OLD),
          Map.entry("out-of-order", DropReason.OUT_OF_ORDER),
          Map.entry("out of order", DropReason.OUT_OF_ORDER),
          Map.entry("duplicate-timestamp", DropReason.DUPLICATE_TIMESTAMP),
          Map.entry("duplicate sample", DropReason.DUPLICATE_TIMESTAMP),
          Map.entry("out of bounds", DropReason.OUT_OF_BOUNDS),
          Map.entry("label", DropReason.INVALID_LABELS));

  private WriteAnswerClassifier() {}

  /**
   * Classifies an answer.
   *
   * @param status the HTTP status
   * @param body what the receiver said, without surrounding space
   */
  static Verdict classify(int status, String body) {
    if (status >= 200 && status < 300) {
      return Verdict.WRITTEN;
    }
    if (status < 400) {
      return Verdict.FAIL;
    }
    return switch (status) {
      // Credentials, the path or the protocol are wrong, not a sample.
      case 401, 403, 404, 405, 407, 410, 415 -> Verdict.FAIL;
      case 408, 425, 429 -> Verdict.RETRY;
      case 500 -> isAboutASample(body) ? Verdict.SPLIT : Verdict.RETRY;
      default -> status < 500 ? Verdict.SPLIT : Verdict.RETRY;
    };
  }

  /**
   * Returns why a single sample was refused.
   *
   * @param status the HTTP status of a request with this sample alone
   * @param body what the receiver said
   */
  static DropReason reasonOf(int status, String body) {
    if (status == 413) {
      return DropReason.TOO_LARGE;
    }
    String words = body.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, DropReason> sentence : SENTENCES.entrySet()) {
      if (words.endsWith(sentence.getKey())) {
        return sentence.getValue();
      }
    }
    for (Map.Entry<String, DropReason> word : WORDS) {
      if (words.contains(word.getKey())) {
        return word.getValue();
      }
    }
    return DropReason.REJECTED;
  }

  /** Prometheus' error is the whole body, or its end after what it is about. */
  private static boolean isAboutASample(String body) {
    return body.length() <= MAX_SENTENCE && SENTENCES.keySet().stream().anyMatch(body::endsWith);
  }
}
