package io.weir.harness.e2e.delivery;

import io.weir.harness.generate.Poison;
import io.weir.model.deadletter.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What became of one input record. */
public final class LedgerEntry {
  private final Place place;
  private final Poison poison;
  private final String expected;
  private final List<String> documents = new ArrayList<>(1);
  private final List<DeadLetter> deadLetters = new ArrayList<>(0);
  private int rows;
  private StoredEvent stored;

  /**
   * Opens an entry.
   *
   * @param poison kind of a poison record, or null
   * @param expected content that the stores have to hold, or null where only both holding the same
   *     is asked for
   */
  LedgerEntry(Place place, Poison poison, String expected) {
    this.place = place;
    this.poison = poison;
    this.expected = expected;
  }

  public Place place() {
    return place;
  }

  public Optional<Poison> poison() {
    return Optional.ofNullable(poison);
  }

  /** Returns the indices of Elasticsearch in which a document of the record was found. */
  public List<String> documents() {
    return documents;
  }

  /** Returns how many rows of the archive were found for the record. */
  public int rows() {
    return rows;
  }

  /** Returns the distinct dead letters of the record. */
  public List<DeadLetter> deadLetters() {
    return deadLetters;
  }

  /** Returns the event as some store holds it. */
  public Optional<StoredEvent> stored() {
    return Optional.ofNullable(stored);
  }

  void document(String index, StoredEvent event) {
    documents.add(index);
    stored = stored == null ? event : stored;
  }

  void row(StoredEvent event) {
    rows++;
    // The archive's row is the one with the event's own flags.
    stored = event;
  }

  /** Notes a letter and returns false if the same one is known: letters may be repeated. */
  boolean deadLetter(DeadLetter letter) {
    if (deadLetters.contains(letter)) {
      return false;
    }
    deadLetters.add(letter);
    return true;
  }

  /** Returns how the content differs from what was expected, or from what is known already. */
  Optional<String> difference(StoredEvent event) {
    String wanted = expected != null ? expected : stored != null ? stored.content() : null;
    String found = event.content();
    return wanted == null || wanted.equals(found)
        ? Optional.empty()
        : Optional.of("expected " + shorten(wanted) + " but found " + shorten(found));
  }

  boolean isDeadFor(DeadLetter.Store store) {
    return deadLetters.stream()
        .anyMatch(letter -> letter.store() == DeadLetter.Store.ALL || letter.store() == store);
  }

  private static String shorten(String text) {
    return text.length() < 1500 ? text : text.substring(0, 1500) + "... (" + text.length() + ")";
  }
}
