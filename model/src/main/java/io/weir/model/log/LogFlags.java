package io.weir.model.log;

import java.util.ArrayList;
import java.util.List;

/**
 * Bits of {@link LogEvent#flags}: what normalisation had to decide. Values are stored: append only.
 */
public final class LogFlags {
  /** No timestamp was given: the append time stands in. */
  public static final int TIMESTAMP_MISSING = 1;

  /** The timestamp could not be read: the append time stands in, the original text is kept. */
  public static final int TIMESTAMP_UNREADABLE = 1 << 1;

  /** The timestamp lay too far after the append time, which stands in; the original is kept. */
  public static final int TIMESTAMP_IN_FUTURE = 1 << 2;

  /** Older than hot retention before the append time: goes to the archive only. */
  public static final int ARCHIVE_ONLY = 1 << 3;

  /** No level was given: it was inferred from the message. */
  public static final int LEVEL_INFERRED = 1 << 4;

  /** The message was longer than the limit and was cut. */
  public static final int MESSAGE_TRUNCATED = 1 << 5;

  /** There were more fields than can be searched; all of them are stored. */
  public static final int FIELD_TERMS_TRUNCATED = 1 << 6;

  /** Invalid UTF-8, or an escape that is half of a surrogate pair, was replaced by U+FFFD. */
  public static final int INVALID_UTF8 = 1 << 7;

  /** A key stood twice in one object: its last value counts. */
  public static final int DUPLICATE_KEYS = 1 << 8;

  private static final List<String> NAMES =
      List.of(
          "timestamp_missing",
          "timestamp_unreadable",
          "timestamp_in_future",
          "archive_only",
          "level_inferred",
          "message_truncated",
          "field_terms_truncated",
          "invalid_utf8",
          "duplicate_keys");

  private LogFlags() {}

  /** Returns the name of every flag; that of bit {@code 1 << i} has index {@code i}. */
  public static List<String> names() {
    return NAMES;
  }

  /** Returns the names of the set bits, lowest bit first; bits without a name have none. */
  public static List<String> names(int flags) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      if ((flags & 1 << i) != 0) {
        names.add(NAMES.get(i));
      }
    }
    return names;
  }

  /** Returns the flag of a name, or 0 if there is none (a later version may know it). */
  public static int ofName(String name) {
    int index = NAMES.indexOf(name);
    return index < 0 ? 0 : 1 << index;
  }
}
