package io.weir.operators.kafka;

import static java.util.Objects.requireNonNull;

import io.weir.operators.kafka.PartitionBounds.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for each split, before anything is read, whether Kafka still has the offset at which it
 * is to go on. Afterwards every split of an existing partition starts at an offset that is there.
 */
final class OffsetGuard {
  private static final Logger LOG = LoggerFactory.getLogger(OffsetGuard.class);

  private final ExpiredOffsets policy;
  private final PartitionBounds bounds;
  private final Counter expiredRecords;

  OffsetGuard(ExpiredOffsets policy, PartitionBounds bounds, Counter expiredRecords) {
    this.policy = requireNonNull(policy, "policy");
    this.bounds = requireNonNull(bounds, "bounds");
    this.expiredRecords = requireNonNull(expiredRecords, "expiredRecords");
  }

  /**
   * Returns the splits with the offsets at which to read them.
   *
   * @throws ExpiredOffsetsException if the policy is to fail and an offset is gone; names all of
   *     them
   */
  List<KafkaPartitionSplit> admit(List<KafkaPartitionSplit> splits) {
    if (splits.isEmpty()) {
      return splits;
    }
    List<TopicPartition> partitions =
        splits.stream().map(KafkaPartitionSplit::getTopicPartition).toList();
    Map<TopicPartition, Range> ranges = bounds.of(partitions);
    List<KafkaPartitionSplit> admitted = new ArrayList<>(splits.size());
    List<String> gone = new ArrayList<>();
    for (KafkaPartitionSplit split : splits) {
      admitted.add(admit(split, ranges.get(split.getTopicPartition()), gone));
    }
    if (!gone.isEmpty() && policy == ExpiredOffsets.FAIL) {
      throw new ExpiredOffsetsException(gone);
    }
    gone.forEach(loss -> LOG.warn("Records were lost before they were read: {}", loss));
    return admitted;
  }

  private KafkaPartitionSplit admit(KafkaPartitionSplit split, Range range, List<String> gone) {
    long wanted = split.getStartingOffset();
    if (range == null) {
      gone.add(split.getTopicPartition() + ": wanted offset " + wanted + ", but it is gone");
      // Left as it is: should the topic come back, the consumer finds the offset out of range.
      return split;
    }
    if (wanted == KafkaPartitionSplit.EARLIEST_OFFSET) {
      // Pinned now: "earliest" in a checkpoint would later mean something else, silently.
      return startingAt(range.earliest(), split);
    }
    if (wanted < 0 || range.canContinueAt(wanted)) {
      return split;
    }
    if (wanted < range.earliest()) {
      long lost = range.earliest() - wanted;
      gone.add(
          split.getTopicPartition()
              + ": wanted offset "
              + wanted
              + ", earliest is "
              + range.earliest()
              + ", "
              + lost
              + " expired");
      if (policy == ExpiredOffsets.EARLIEST) {
        expiredRecords.inc(lost);
      }
    } else {
      gone.add(
          split.getTopicPartition()
              + ": wanted offset "
              + wanted
              + ", but the end is "
              + range.end()
              + " (earliest "
              + range.earliest()
              + "): the topic was truncated or created anew");
    }
    return startingAt(range.earliest(), split);
  }

  private static KafkaPartitionSplit startingAt(long offset, KafkaPartitionSplit split) {
    return new KafkaPartitionSplit(
        split.getTopicPartition(),
        offset,
        split.getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET));
  }
}
