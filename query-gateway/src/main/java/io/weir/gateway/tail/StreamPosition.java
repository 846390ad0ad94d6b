package io.weir.gateway.tail;

import io.weir.model.kafka.TopicCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * How far a client has got: the {@code id} of every event of the stream. For each partition that
 * the client watches, everything before the offset has been looked at and, where it matched, sent.
 *
 * <p>As text: a digit for the version, the topic's code, then in base64url numbers of variable
 * length: the topic's partitions, how many of them follow, and for each how far its number lies
 * behind the one before and its offset; at the end a checksum of two bytes, which tells a damaged
 * id from a good one.
 *
 * @param topicCode incarnation of the topic
 * @param partitionCount how many partitions the topic had: one that is not among the offsets and
 *     not below this number came into being later
 * @param offsets of the next record, by partition
 */
public record StreamPosition(
    String topicCode, int partitionCount, SortedMap<Integer, Long> offsets) {
  /** Longest text that is read. */
  public static final int MAX_LENGTH = 12_000;

  private static final char VERSION = '1';
  private static final int CHECKSUM_BYTES = 2;
  private static final int MAX_VARINT_BYTES = 10;

  public StreamPosition {
    Objects.requireNonNull(topicCode, "topicCode");
    offsets = Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
  }

  /** Returns a position in a topic. */
  static StreamPosition of(TopicInfo topic, Map<Integer, Long> offsets) {
    return new StreamPosition(topic.code(), topic.partitions(), new TreeMap<>(offsets));
  }

  /** Returns the position as text. */
  public String encode() {
    int[] partitions = new int[offsets.size()];
    long[] next = new long[partitions.length];
    int i = 0;
    for (Map.Entry<Integer, Long> entry : offsets.entrySet()) {
      partitions[i] = entry.getKey();
      next[i++] = entry.getValue();
    }
    return encode(topicCode, partitionCount, partitions, next);
  }

  /**
   * Returns the text of a position.
   *
   * @param partitions in ascending order
   * @param next offset of the next record of each of them
   */
  static String encode(String topicCode, int partitionCount, int[] partitions, long[] next) {
    ByteBuffer bytes =
        ByteBuffer.allocate((2 * partitions.length + 2) * MAX_VARINT_BYTES + CHECKSUM_BYTES);
    number(bytes, partitionCount);
    number(bytes, partitions.length);
    int before = 0;
    for (int i = 0; i < partitions.length; i++) {
      number(bytes, partitions[i] - before);
      number(bytes, next[i]);
      before = partitions[i];
    }
    bytes.putShort(checksum(topicCode, bytes.array(), bytes.position()));
    bytes.flip();
    String base64 =
        StandardCharsets.ISO_8859_1
            .decode(Base64.getUrlEncoder().withoutPadding().encode(bytes))
            .toString();
    return VERSION + topicCode + base64;
  }

  private static void number(ByteBuffer bytes, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  private static short checksum(String topicCode, byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(topicCode.getBytes(StandardCharsets.ISO_8859_1));
    crc.update(bytes, 0, length);
    return (short) crc.getValue();
  }

  /**
   * Reads a position.
   *
   * @throws IllegalArgumentException if it is not exactly what {@link #encode()} returned; the
   *     message goes on after "Last-Event-ID"
   */
  public static StreamPosition decode(String text) {
    int start = 1 + TopicCode.LENGTH;
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("is longer than any id of this stream");
    }
    if (text.length() <= start) {
      throw new IllegalArgumentException("is no id of this stream");
    }
    if (text.charAt(0) != VERSION) {
      throw new IllegalArgumentException(
          "has version '" + text.charAt(0) + "', and only " + VERSION + " is known");
    }
    String code = text.substring(1, start);
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text.substring(start));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is no id of this stream", e);
    }
    int end = bytes.length - CHECKSUM_BYTES;
    if (end < 2 || ByteBuffer.wrap(bytes).getShort(end) != checksum(code, bytes, end)) {
      throw new IllegalArgumentException("is damaged: its checksum does not match");
    }
    StreamPosition position = read(code, ByteBuffer.wrap(bytes, 0, end));
    if (!position.encode().equals(text)) {
      throw new IllegalArgumentException("is not in its one spelling");
    }
    return position;
  }

  private static StreamPosition read(String code, ByteBuffer bytes) {
    int partitionCount = bounded(number(bytes));
    int size = bounded(number(bytes));
    TreeMap<Integer, Long> offsets = new TreeMap<>();
    int partition = 0;
    for (int i = 0; i < size; i++) {
      partition = bounded(partition + number(bytes));
      long offset = number(bytes);
      if (partition >= partitionCount || offset < 0 || offsets.put(partition, offset) != null) {
        throw new IllegalArgumentException("names a place that no topic has");
      }
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException("has something behind its end");
    }
    return new StreamPosition(code, partitionCount, offsets);
  }

  private static int bounded(long value) {
    if (value < 0 || value > 1 << 20) {
      throw new IllegalArgumentException("names a place that no topic has");
    }
    return (int) value;
  }

  private static long number(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw new IllegalArgumentException("ends too early");
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("names a place that no topic has");
  }
}
