package io.weir.model.log;

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

  /** Invalid UTF-8 was replaced by U+FFFD. */
  public static final int INVALID_UTF8 = 1 << 7;

  private LogFlags() {}
}
