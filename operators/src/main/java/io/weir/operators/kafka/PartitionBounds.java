package io.weir.operators.kafka;

import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Tells which offsets a partition holds now. Travels with the job graph. */
@FunctionalInterface
public interface PartitionBounds extends Serializable {

  /**
   * Returns the offsets that each partition holds; a partition whose topic does not exist (any
   * more) is missing from the answer. May block.
   *
   * @throws IllegalStateException if Kafka does not answer
   */
  Map<TopicPartition, Range> of(Collection<TopicPartition> partitions);

  /**
   * Offsets of a partition.
   *
   * @param earliest the first offset that can be read
   * @param end the offset that the next record will get
   */
  record Range(long earliest, long end) {

    /** Returns whether reading can go on at an offset without missing a record. */
    boolean canContinueAt(long offset) {
      return offset >= earliest && offset <= end;
    }
  }
}
