package io.weir.gateway.search;

import java.util.Objects;

/**
 * Where an event stands in the order of a search: its event time, ties broken by its place in
 * Kafka. No two events share a position.
 *
 * @param timestampNanos event time, nanoseconds since the epoch
 * @param topic Kafka topic
 * @param partition Kafka partition
 * @param offset Kafka offset
 * @param topicCode incarnation of the topic: a topic that was created again repeats its offsets
 */
public record LogPosition(
    long timestampNanos, String topic, int partition, long offset, String topicCode) {
  public LogPosition {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(topicCode, "topicCode");
  }
}
