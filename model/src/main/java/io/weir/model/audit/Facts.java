package io.weir.model.audit;

/**
 * What is known about one offset of a topic, as bits of one byte: in which store its event was
 * found, and what accounts for it where it was not. Seen is seen: two sightings in one store are an
 * event that stands there twice.
 */
public final class Facts {
  /** A document in Elasticsearch. */
  public static final byte HOT = 1;

  /** More than one document in Elasticsearch. */
  public static final byte HOT_TWICE = 1 << 1;

  /** A row in the archive. */
  public static final byte ARCHIVED = 1 << 2;

  /** More than one row in the archive. */
  public static final byte ARCHIVED_TWICE = 1 << 3;

  /** A dead letter says why Elasticsearch lacks it. */
  public static final byte DEAD_FOR_HOT = 1 << 4;

  /** A dead letter says why the archive lacks it. */
  public static final byte DEAD_FOR_ARCHIVE = 1 << 5;

  /** A dead letter says that it repeats an event, which no store needs. */
  public static final byte DUPLICATE = 1 << 6;

  /** Policy keeps it from Elasticsearch: it was too old when Kafka took it, or is by now. */
  public static final byte NOT_FOR_HOT = (byte) (1 << 7);

  private static final int STORES = HOT | ARCHIVED;

  private Facts() {}

  /** Returns what is known from two sources together; in either order it is the same. */
  public static byte merge(byte one, byte other) {
    return (byte) (one | other | (one & other & STORES) << 1);
  }

  /** Returns whether any of some bits is set. */
  public static boolean any(byte facts, int bits) {
    return (facts & bits) != 0;
  }

  /** Returns whether Elasticsearch has the event, or something says why not. */
  public static boolean accountedInHot(byte facts) {
    return any(facts, HOT | DEAD_FOR_HOT | DUPLICATE | NOT_FOR_HOT);
  }

  /** Returns whether the archive has the event, or something says why not. */
  public static boolean accountedInArchive(byte facts) {
    return any(facts, ARCHIVED | DEAD_FOR_ARCHIVE | DUPLICATE);
  }
}
