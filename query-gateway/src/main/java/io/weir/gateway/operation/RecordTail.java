package io.weir.gateway.operation;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** Port to the end of a topic, which is read backwards as far as somebody wants to see. */
public interface RecordTail {
  /**
   * One record.
   *
   * @param timestampMillis as Kafka has it
   * @param key null if it has none
   * @param value null for a tombstone
   */
  @SuppressWarnings("ArrayRecordComponent") // seen once, never compared
  record Entry(int partition, long offset, long timestampMillis, byte[] key, byte[] value) {}

  /**
   * Which records to look at.
   *
   * @param key if given, only the partition in which records of this key are
   * @param fromMillis appended at this time or later, epoch milliseconds
   * @param toMillis appended before this time
   * @param before if not empty, only records of these partitions below these offsets
   */
  record Range(
      Optional<String> key,
      OptionalLong fromMillis,
      OptionalLong toMillis,
      Map<Integer, Long> before) {
    /** The whole topic. */
    public static final Range ALL =
        new Range(Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Map.of());

    public Range {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(fromMillis, "fromMillis");
      Objects.requireNonNull(toMillis, "toMillis");
      before = Map.copyOf(before);
    }
  }

  /** Who looks. */
  interface Viewer {
    /**
     * Sees a record. Of each partition all records down to some offset are seen, in no order.
     *
     * @param entry is not kept by whoever calls
     */
    void see(Entry entry);

    /**
     * Returns whether older records are not wanted.
     *
     * @param looked records that were seen
     * @param backToMillis every record that was appended after this time has been seen
     */
    boolean hasEnough(long looked, long backToMillis);
  }

  /**
   * How far a look went.
   *
   * @param looked records that were seen
   * @param retained offsets that the topic spans, which is how many records it holds unless it was
   *     compacted
   * @param complete whether all records of the range were seen
   * @param backToMillis if not complete: every record of the range that was appended after this
   *     time has been seen; empty if nothing of some partition was
   * @param positions for each partition that was looked into, the offset down to which all records
   *     were seen: where to go on
   */
  record Reach(
      long looked,
      long retained,
      boolean complete,
      OptionalLong backToMillis,
      Map<Integer, Long> positions) {
    public Reach {
      Objects.requireNonNull(backToMillis, "backToMillis");
      positions = Map.copyOf(positions);
    }
  }

  /**
   * Looks at the records of a range, the newest first, until the viewer has enough, all are seen,
   * or limits of records, bytes or time are met.
   *
   * @throws io.weir.gateway.search.StoreException if the topic cannot be read in time, or as many
   *     look as may
   */
  Reach look(String topic, Range range, Viewer viewer);
}
