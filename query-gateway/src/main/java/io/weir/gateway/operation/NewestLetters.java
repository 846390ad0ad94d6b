package io.weir.gateway.operation;

import io.weir.gateway.operation.DeadLetters.Letter;
import io.weir.model.deadletter.DeadLetter;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Keeps the newest letters of those it is given, in whatever order, and little of their payloads.
 * Confined to one thread.
 */
final class NewestLetters {
  /** For people that is enough to recognise a record by. */
  static final int HEAD_BYTES = 4_096;

  /** What the payloads that are kept whole have together, unless the newest alone has more. */
  static final long WHOLE_BYTES = 8L << 20;

  private static final Comparator<Letter> NEWEST_FIRST =
      Comparator.comparingLong(Letter::writtenMillis)
          .reversed()
          .thenComparingInt(Letter::partition)
          .thenComparing(Comparator.comparingLong(Letter::position).reversed());

  private final int limit;
  private final boolean whole;
  private final TreeSet<Letter> kept = new TreeSet<>(NEWEST_FIRST);
  private final Map<Integer, Long> leftOut = new HashMap<>();

  /**
   * @param limit how many to keep at most
   * @param whole whether payloads are kept whole as far as {@link #WHOLE_BYTES} go
   */
  NewestLetters(int limit, boolean whole) {
    this.limit = limit;
    this.whole = whole;
  }

  void add(Letter letter) {
    kept.add(whole ? letter : head(letter));
    if (kept.size() > limit) {
      Letter oldest = kept.pollLast();
      leftOut.merge(oldest.partition(), oldest.position(), Math::max);
    }
    if (whole) {
      cutOldest();
    }
  }

  /** Returns whether nothing that was written before a time would be kept. */
  boolean isFullSince(long millis) {
    return kept.size() == limit && kept.last().writtenMillis() >= millis;
  }

  /** Returns those that were kept, the newest first. */
  List<Letter> letters() {
    return List.copyOf(kept);
  }

  /** Returns the highest position of each partition whose letter did not find room. */
  Map<Integer, Long> leftOut() {
    return Collections.unmodifiableMap(leftOut);
  }

  private void cutOldest() {
    List<Letter> letters = letters();
    long bytes = 0;
    for (int i = 0; i < letters.size(); i++) {
      Letter letter = letters.get(i);
      bytes += letter.letter().payload().length;
      if (bytes > WHOLE_BYTES && i > 0) {
        kept.remove(letter);
        kept.add(head(letter));
      }
    }
  }

  private static Letter head(Letter letter) {
    DeadLetter whole = letter.letter();
    if (whole.payload().length <= HEAD_BYTES) {
      return letter;
    }
    return new Letter(
        letter.partition(),
        letter.position(),
        letter.writtenMillis(),
        new DeadLetter(
            whole.origin(),
            whole.stage(),
            whole.store(),
            whole.reason(),
            whole.detail(),
            whole.payloadKind(),
            Arrays.copyOf(whole.payload(), HEAD_BYTES)),
        letter.payloadBytes());
  }
}
