package io.weir.gateway.kafka;

import java.util.Optional;
import java.util.TreeSet;

/**
 * The offsets of the last records that were read of one partition, so that somebody who wrote one
 * can find out whether it took place. A compacted topic cannot tell that later: what was
 * overwritten may be gone. Not thread-safe.
 */
final class RecentOffsets {
  private final int capacity;
  private final TreeSet<Long> offsets = new TreeSet<>();

  /** Of what stands before it, nobody knows whether it was never there or is compacted away. */
  private long since;

  /**
   * @param since where the partition ended when its reading began
   * @param capacity offsets that are kept, the latest ones
   */
  RecentOffsets(long since, int capacity) {
    this.since = since;
    this.capacity = capacity;
  }

  void add(long offset) {
    offsets.add(offset);
    if (offsets.size() > capacity) {
      since = Math.max(since, offsets.pollFirst() + 1);
    }
  }

  /**
   * Returns whether a record was at an offset that has been read past; empty if nobody knows any
   * more.
   */
  Optional<Boolean> contain(long offset) {
    if (offsets.contains(offset)) {
      return Optional.of(true);
    }
    return offset < since ? Optional.empty() : Optional.of(false);
  }
}
