package io.weir.gateway.tail;

import java.util.Set;

/** A reader stands where its partition has no records: they have expired, or were cut off. */
public final class OffsetsLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Set<Integer> partitions;

  public OffsetsLostException(Set<Integer> partitions, Throwable cause) {
    super("partitions " + partitions + " have no records at the reader's position", cause);
    this.partitions = Set.copyOf(partitions);
  }

  /** Returns which partitions these are. */
  public Set<Integer> partitions() {
    return partitions;
  }
}
