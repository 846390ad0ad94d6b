package io.weir.operators.kafka;

import java.io.Serializable;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** Knows the offset of the newest record of a partition. */
@FunctionalInterface
public interface LastRecord extends Serializable {
  /**
   * Returns the offset of the newest committed record; empty when there is none. Not the same as
   * the offset before the partition's end, where the mark of a transaction may stand.
   */
  OptionalLong of(TopicPartition partition);
}
