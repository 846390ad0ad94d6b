package io.weir.gateway.operation;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What could not be stored, and why: the newest dead letters, and older ones. Thread-safe. */
public final class DeadLetters {
  /** How many are counted by reason although fewer are shown. */
  private static final int COUNTED = 1_000;

  /** Who looks for something looks further back. */
  private static final int COUNTED_FILTERED = 20_000;

  private final RecordTail tail;
  private final Map<String, String> topics;

  /**
   * @param topics the topic of the letters of each kind of record
   */
  public DeadLetters(RecordTail tail, Map<String, String> topics) {
    this.tail = Objects.requireNonNull(tail, "tail");
    this.topics = Map.copyOf(topics);
  }

  /**
   * How much to show.
   *
   * @param limit letters at most; more are counted
   * @param whole whether payloads are shown whole, as far as memory allows
   * @param cursor of the page before
   */
  public record Page(int limit, boolean whole, Optional<String> cursor) {
    public Page {
      Objects.requireNonNull(cursor, "cursor");
    }
  }

  /**
   * A letter.
   *
   * @param partition of the topic of letters
   * @param position its offset there
   * @param writtenMillis when it was written there
   * @param letter may have only the beginning of its payload
   * @param payloadBytes how long the payload is
   */
  public record Letter(
      int partition, long position, long writtenMillis, DeadLetter letter, int payloadBytes) {}

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
   * @param complete whether all letters of the page's range were looked at
   * @param backToMillis if not: all that were written after this time were; empty if not even that
   * @param next where the next page goes on; empty if there is none
   */
  public record Sample(
      String topic,
      long retained,
      long looked,
      int unreadable,
      int matching,
      Map<StoreAndReason, Integer> byReason,
      List<Letter> letters,
      boolean complete,
      OptionalLong backToMillis,
      Optional<String> next) {}

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
   * @throws io.weir.gateway.InvalidRequestException if the cursor belongs to something else
   * @throws io.weir.gateway.search.StoreException if the topic cannot be read
   */
  public Sample newest(String kind, LetterFilter asked, Page page) {
    String topic = Objects.requireNonNull(topics.get(kind), kind);
    String query = LetterCursor.digest(kind, asked);
    Optional<LetterCursor> cursor = page.cursor().map(text -> LetterCursor.decode(text, query));
    LetterFilter filter =
        cursor.map(earlier -> asked.within(earlier.from(), earlier.to())).orElse(asked);
    Search search = new Search(filter, page);
    RecordTail.Reach reach =
        tail.look(
            topic,
            new RecordTail.Range(
                filter.key(),
                filter.from(),
                filter.to(),
                cursor.map(LetterCursor::before).orElse(Map.of())),
            search);
    Map<Integer, Long> leftOut = search.letters.leftOut();
    Map<Integer, Long> before = new TreeMap<>(reach.positions());
    leftOut.forEach((partition, position) -> before.merge(partition, position + 1, Math::max));
    return new Sample(
        topic,
        reach.retained(),
        reach.looked(),
        search.unreadable,
        search.matching,
        Collections.unmodifiableMap(search.byReason),
        search.letters.letters(),
        reach.complete(),
        reach.backToMillis(),
        reach.complete() && leftOut.isEmpty()
            ? Optional.empty()
            : Optional.of(new LetterCursor(query, filter.from(), filter.to(), before).encode()));
  }

  /** One search. Confined to one thread. */
  private static final class Search implements RecordTail.Viewer {
    private final LetterFilter filter;
    private final Optional<byte[]> key;
    private final NewestLetters letters;
    private final long counted;
    private final Map<StoreAndReason, Integer> byReason = new TreeMap<>();
    private int unreadable;
    private int matching;

    Search(LetterFilter filter, Page page) {
      this.filter = filter;
      this.key = filter.key().map(text -> text.getBytes(StandardCharsets.UTF_8));
      this.letters = new NewestLetters(page.limit(), page.whole());
      this.counted =
          page.cursor().isPresent()
              ? 0
              : filter.equals(LetterFilter.ANY) ? COUNTED : COUNTED_FILTERED;
    }

    @Override
    public void see(RecordTail.Entry entry) {
      if (entry.key() != null && key.isPresent() && !Arrays.equals(key.get(), entry.key())) {
        return; // a letter of another record; that it needs no decoding is what keys are for
      }
      DeadLetterJson.find(entry.value())
          .ifPresentOrElse(letter -> see(entry, letter), () -> unreadable++);
    }

    private void see(RecordTail.Entry entry, DeadLetter letter) {
      if (!filter.matchesPlace(letter, entry.timestampMillis())) {
        return;
      }
      byReason.merge(new StoreAndReason(letter.store(), letter.reason()), 1, Integer::sum);
      if (filter.matchesReason(letter)) {
        matching++;
        letters.add(
            new Letter(
                entry.partition(),
                entry.offset(),
                entry.timestampMillis(),
                letter,
                letter.payload().length));
      }
    }

    @Override
    public boolean hasEnough(long looked, long backToMillis) {
      // Of one record all letters are wanted, however old.
      return key.isEmpty() && looked >= counted && letters.isFullSince(backToMillis);
    }
  }
}
