package io.weir.model.audit;

import java.util.Objects;

/**
 * Which offsets of a partition are known to have been taken within an hour.
 *
 * @param topic name of the topic
 * @param partition Kafka partition
 * @param hourMillis when the hour began, epoch milliseconds
 * @param first the smallest of these offsets
 * @param last the largest
 */
public record AppendHour(String topic, int partition, long hourMillis, long first, long last) {
  public AppendHour {
    Objects.requireNonNull(topic, "topic");
  }

  /** Returns what is known from two sources about the same hour. */
  public AppendHour merge(AppendHour other) {
    return new AppendHour(
        topic, partition, hourMillis, Math.min(first, other.first), Math.max(last, other.last));
  }
}
