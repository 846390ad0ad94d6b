package io.weir.gateway.tail;

import java.util.Map;
import java.util.Set;

/**
 * The topic that is tailed. Everything blocks for a few seconds at most and throws {@link
 * io.weir.gateway.search.StoreException} if Kafka does not answer. Thread-safe.
 */
public interface LogTopic {

  /** Returns the topic as it is now. */
  TopicInfo describe();

  /** Returns the first offset that is still there, by partition. */
  Map<Integer, Long> earliest(Set<Integer> partitions);

  /** Returns the offset of the next record, by partition. */
  Map<Integer, Long> latest(Set<Integer> partitions);

  /**
   * Returns the offset of the first record that Kafka took at this time or later, by partition;
   * where there is none, that of the next record.
   */
  Map<Integer, Long> since(Set<Integer> partitions, long epochMillis);

  /** Returns a reader of its records that reads nothing yet; the caller closes it. */
  LogReader reader();
}
