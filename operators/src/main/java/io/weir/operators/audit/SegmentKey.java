package io.weir.operators.audit;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;

/**
 * Which part of an hour of a partition the tally of a block is about. Parts are small enough for
 * all their ranges to be kept, however scattered they are, and large enough to be read in one go.
 *
 * @param topic name of the topic
 * @param partition Kafka partition
 * @param hourMillis when the hour began, epoch milliseconds
 * @param segment number of the part in which something is missing; {@link #NOTHING} for all blocks
 *     in which nothing is
 */
public record SegmentKey(String topic, int partition, long hourMillis, long segment) {
  /** Offsets of a part; a multiple of a block's. */
  static final int SIZE = 1 << 20;

  static final long NOTHING = -1;

  /** Reads the key of the tally of a block. */
  public static final class Of
      implements KeySelector<HourTally, SegmentKey>, ResultTypeQueryable<SegmentKey> {
    private static final long serialVersionUID = 1;

    @Override
    public SegmentKey getKey(HourTally tally) {
      return new SegmentKey(tally.topic(), tally.partition(), tally.hourMillis(), segment(tally));
    }

    private static long segment(HourTally tally) {
      OffsetRanges missing =
          tally.hot().missing().isEmpty() ? tally.archive().missing() : tally.hot().missing();
      return missing.isEmpty() ? NOTHING : missing.bounds()[0] / SIZE;
    }

    @Override
    public TypeInformation<SegmentKey> getProducedType() {
      return TypeInformation.of(SegmentKey.class);
    }
  }
}
