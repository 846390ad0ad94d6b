package io.weir.gateway.operation;

import java.util.List;

/** Port to the newest records of a topic. */
public interface RecordTail {
  /**
   * One record.
   *
   * @param timestampMillis as Kafka has it
   * @param value null for a tombstone
   */
  record Entry(int partition, long offset, long timestampMillis, byte[] value) {}

  /**
   * The end of a topic.
   *
   * @param entries in no order across partitions
   * @param retained offsets that the topic spans, which is how many records it holds unless it was
   *     compacted
   */
  record Newest(List<Entry> entries, long retained) {
    public Newest {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Reads the newest records.
   *
   * @param perPartition how many of each partition at most
   * @throws io.weir.gateway.search.StoreException if the topic cannot be read in time
   */
  default Newest newest(String topic, int perPartition) {
    return newest(topic, perPartition, Long.MAX_VALUE);
  }

  /**
   * Reads the newest records of those that were appended before a time.
   *
   * @param perPartition how many of each partition at most
   * @param beforeMillis the time, epoch milliseconds
   * @throws io.weir.gateway.search.StoreException if the topic cannot be read in time
   */
  Newest newest(String topic, int perPartition, long beforeMillis);
}
