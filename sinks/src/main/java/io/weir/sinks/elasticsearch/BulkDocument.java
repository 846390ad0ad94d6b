package io.weir.sinks.elasticsearch;

import io.weir.model.kafka.RecordOrigin;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * One document on its way into an index: the entry type of the sink. It is written with the bulk
 * operation {@code create}, so that sending it twice stores it once.
 *
 * <p>Serializable only because Flink's entry types have to be; state is written by {@link
 * BulkDocumentStateSerializer}.
 *
 * @param index name of the index, printable ASCII
 * @param id document id: 1 to 512 printable ASCII characters without quote and backslash, so that
 *     it stands in the bulk request as it is
 * @param source the document as one line of JSON: no raw line feed, which would end it early
 * @param timestampNanos event time in nanoseconds since the epoch; chooses the late index
 * @param origin where the event stands in Kafka; names it in a dead letter
 * @param attempts how often Elasticsearch answered with an error that speaks neither of capacity
 *     nor of the document
 */
@SuppressWarnings("ArrayRecordComponent") // equality and hash code are written out below
public record BulkDocument(
    String index, String id, byte[] source, long timestampNanos, RecordOrigin origin, int attempts)
    implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int MAX_NAME_LENGTH = 512;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException naming what a bulk request could not carry
   */
  public BulkDocument {
    checkName("index", index);
    checkName("id", id);
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(origin, "origin");
    if (source.length == 0) {
      throw new IllegalArgumentException("source of document " + id + " is empty");
    }
    if (hasLineFeed(source)) {
      throw new IllegalArgumentException("source of document " + id + " is not one line");
    }
  }

  /** Returns a document that has not been tried yet. */
  public static BulkDocument of(
      String index, String id, byte[] source, long timestampNanos, RecordOrigin origin) {
    return new BulkDocument(index, id, source, timestampNanos, origin, 0);
  }

  /** Returns the same document for another index, not tried yet. */
  BulkDocument inIndex(String other) {
    return new BulkDocument(other, id, source, timestampNanos, origin, 0);
  }

  /** Returns the same document with one more failed attempt. */
  BulkDocument triedOnceMore() {
    return new BulkDocument(index, id, source, timestampNanos, origin, attempts + 1);
  }

  /** Returns the bytes this document takes in a bulk request; constant for the document. */
  long sizeInBytes() {
    return (long) BulkLines.OVERHEAD + index.length() + id.length() + source.length;
  }

  private static void checkName(String what, String name) {
    int length = name.length();
    if (length == 0 || length > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + MAX_NAME_LENGTH + " characters, has " + length);
    }
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        throw new IllegalArgumentException(
            what + " '" + name + "' has a character at " + i + " that needs escaping");
      }
    }
  }

  /**
   * Replaces line feeds by spaces. In JSON they stand only between tokens, where both mean the
   * same.
   */
  static void joinLines(byte[] json) {
    if (hasLineFeed(json)) {
      for (int i = 0; i < json.length; i++) {
        if (json[i] == '\n') {
          json[i] = ' ';
        }
      }
    }
  }

  /** Looks at eight bytes at a time: this runs for every document. */
  private static boolean hasLineFeed(byte[] bytes) {
    int i = 0;
    for (int end = bytes.length - Long.BYTES; i <= end; i += Long.BYTES) {
      long x = (long) LONGS.get(bytes, i) ^ LINE_FEEDS;
      // Some byte of x is zero (Hacker's Delight, 6-1).
      if (((x - 0x0101010101010101L) & ~x & 0x8080808080808080L) != 0) {
        return true;
      }
    }
    for (; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BulkDocument that
        && index.equals(that.index)
        && id.equals(that.id)
        && Arrays.equals(source, that.source)
        && timestampNanos == that.timestampNanos
        && origin.equals(that.origin)
        && attempts == that.attempts;
  }

  @Override
  public int hashCode() {
    return Objects.hash(index, id, timestampNanos, origin, attempts) * 31 + Arrays.hashCode(source);
  }

  @Override
  public String toString() {
    return "BulkDocument[" + index + "/" + id + " " + source.length + " bytes of " + origin + "]";
  }
}
