package io.weir.gateway.operation;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.validation.InvalidRecordException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What could not be stored, and why: the newest dead letters as a sample. Thread-safe. */
public final class DeadLetters {
  private static final int PER_PARTITION = 250;

  /** Who looks for something looks further back. */
  private static final int PER_PARTITION_FILTERED = 5_000;

  private final RecordTail tail;
  private final Map<String, String> topics;

  /**
   * @param topics the topic of the letters of each kind of record
   */
  public DeadLetters(RecordTail tail, Map<String, String> topics) {
    this.tail = Objects.requireNonNull(tail, "tail");
    this.topics = Map.copyOf(topics);
  }

  /** A letter and when it was written. */
  public record Letter(long writtenMillis, DeadLetter letter) {}

  /**
   * The newest letters.
   *
   * @param retained letters that the topic holds
   * @param looked letters that were looked at
   * @param unreadable records among them that are no letters
   * @param matching letters among them that were looked for
   * @param byReason of those that were looked at and have the wanted origin and time: store and
   *     reason, and how many
   * @param letters those that were looked for, the newest first
   */
  public record Sample(
      String topic,
      long retained,
      int looked,
      int unreadable,
      int matching,
      Map<StoreAndReason, Integer> byReason,
      List<Letter> letters) {}

  /** Which store lacks an event, and why. */
  public record StoreAndReason(DeadLetter.Store store, String reason)
      implements Comparable<StoreAndReason> {
    @Override
    public int compareTo(StoreAndReason other) {
      return Comparator.comparing(StoreAndReason::reason)
          .thenComparing(StoreAndReason::store)
          .compare(this, other);
    }
  }

  /**
   * Returns the newest letters of a kind of record that are looked for.
   *
   * @param limit how many to show at most; more are counted
   * @throws io.weir.gateway.search.StoreException if the topic cannot be read
   */
  public Sample newest(String kind, LetterFilter filter, int limit) {
    String topic = Objects.requireNonNull(topics.get(kind), kind);
    RecordTail.Newest newest =
        tail.newest(
            topic,
            filter.equals(LetterFilter.ANY) ? PER_PARTITION : PER_PARTITION_FILTERED,
            filter.to().orElse(Long.MAX_VALUE));
    List<Letter> letters = new ArrayList<>();
    Map<StoreAndReason, Integer> byReason = new TreeMap<>();
    int unreadable = 0;
    for (RecordTail.Entry entry : newest.entries()) {
      try {
        DeadLetter letter = DeadLetterJson.decode(entry.value());
        if (filter.matchesPlace(letter, entry.timestampMillis())) {
          byReason.merge(new StoreAndReason(letter.store(), letter.reason()), 1, Integer::sum);
          if (filter.matchesReason(letter)) {
            letters.add(new Letter(entry.timestampMillis(), letter));
          }
        }
      } catch (InvalidRecordException e) {
        unreadable++;
      }
    }
    letters.sort(Comparator.comparingLong(Letter::writtenMillis).reversed());
    return new Sample(
        topic,
        newest.retained(),
        newest.entries().size(),
        unreadable,
        letters.size(),
        byReason,
        List.copyOf(letters.subList(0, Math.min(limit, letters.size()))));
  }
}
