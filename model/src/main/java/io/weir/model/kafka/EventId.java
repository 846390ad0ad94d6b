package io.weir.model.kafka;

/**
 * Identity of an event as text: topic code, partition (4 digits) and offset (13 digits), all in
 * fixed-width base-32, most significant first. Ids of one partition therefore sort as their offsets
 * do and grow with time, which is what Lucene's id lookup likes. It is the {@code _id} of the
 * document in Elasticsearch; a producer's own id never is.
 */
public final class EventId {
  /** Number of characters in an id. */
  public static final int LENGTH =
      TopicCode.LENGTH + EventId.PARTITION_WIDTH + EventId.OFFSET_WIDTH;

  private static final int PARTITION_WIDTH = 4;
  private static final int OFFSET_WIDTH = 13;
  private static final int MAX_PARTITION = (1 << (5 * PARTITION_WIDTH)) - 1;

  private EventId() {}

  /**
   * Returns the id of the record at this place.
   *
   * @throws IllegalArgumentException if the code has another length, or a number is out of range
   */
  public static String encode(String topicCode, int partition, long offset) {
    if (topicCode.length() != TopicCode.LENGTH) {
      throw new IllegalArgumentException("topic code '" + topicCode + "' has another length");
    }
    if (partition < 0 || partition > MAX_PARTITION || offset < 0) {
      throw new IllegalArgumentException("partition " + partition + ", offset " + offset);
    }
    char[] id = new char[LENGTH];
    topicCode.getChars(0, TopicCode.LENGTH, id, 0);
    Base32Hex.write(partition, id, TopicCode.LENGTH, PARTITION_WIDTH);
    Base32Hex.write(offset, id, TopicCode.LENGTH + PARTITION_WIDTH, OFFSET_WIDTH);
    return new String(id);
  }

  /** Returns the topic code inside an id. */
  public static String topicCode(String id) {
    check(id);
    return id.substring(0, TopicCode.LENGTH);
  }

  /** Returns the partition inside an id. */
  public static int partition(String id) {
    check(id);
    return (int) Base32Hex.read(id, TopicCode.LENGTH, PARTITION_WIDTH);
  }

  /** Returns the offset inside an id. */
  public static long offset(String id) {
    check(id);
    return Base32Hex.read(id, TopicCode.LENGTH + PARTITION_WIDTH, OFFSET_WIDTH);
  }

  private static void check(String id) {
    if (id.length() != LENGTH) {
      throw new IllegalArgumentException("'" + id + "' is not an event id: length " + id.length());
    }
  }
}
