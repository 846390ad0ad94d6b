package io.weir.model.kafka;

/**
 * A short code of one incarnation of a topic: {@value #LENGTH} base-32 characters made from Kafka's
 * topic id. 25 bits are enough to tell apart the few incarnations of one topic that can meet in one
 * index; the topic's name is stored beside it.
 */
public final class TopicCode {
  /** Number of characters in a code. */
  public static final int LENGTH = 5;

  private TopicCode() {}

  /**
   * Returns the code of a topic id.
   *
   * @param mostSignificantBits upper half of the topic id (a UUID)
   * @param leastSignificantBits lower half of the topic id
   */
  public static String of(long mostSignificantBits, long leastSignificantBits) {
    long mixed = mostSignificantBits * 0x9E3779B97F4A7C15L ^ leastSignificantBits;
    mixed *= 0xBF58476D1CE4E5B9L;
    mixed ^= mixed >>> 32;
    char[] code = new char[LENGTH];
    Base32Hex.write(mixed & ((1L << (5 * LENGTH)) - 1), code, 0, LENGTH);
    return new String(code);
  }
}
