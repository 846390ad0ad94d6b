package io.weir.model.audit;

import java.util.Objects;

/**
 * The offsets of one partition that Kafka took within one hour, as far as they are to be audited.
 *
 * @param topic name of the topic
 * @param partition Kafka partition
 * @param hourMillis when the hour began, epoch milliseconds
 * @param first the first offset
 * @param end the offset after the last
 * @param readUpTo offsets from this one on have not passed the job's last checkpoint: nobody may
 *     expect them in a store
 * @param retainedFrom offsets before this one are gone from Kafka
 */
public record HourSlice(
    String topic,
    int partition,
    long hourMillis,
    long first,
    long end,
    long readUpTo,
    long retainedFrom) {

  public HourSlice {
    Objects.requireNonNull(topic, "topic");
    if (first < 0 || end < first) {
      throw new IllegalArgumentException(
          topic + "-" + partition + ": offsets " + first + " to " + end);
    }
  }

  /** Returns the offset after the last that can be judged. */
  public long judgedEnd() {
    return Math.max(first, Math.min(end, readUpTo));
  }
}
