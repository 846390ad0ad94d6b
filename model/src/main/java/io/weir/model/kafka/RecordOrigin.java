package io.weir.model.kafka;

import java.util.Objects;

/**
 * Where a record stands in Kafka: its identity throughout Weir.
 *
 * @param topic name of the topic
 * @param topicCode short code of Kafka's topic id (see {@link TopicCode}): a topic that is deleted
 *     and created again starts its offsets anew, and the code tells the two incarnations apart
 * @param partition partition number, 0 or greater
 * @param offset offset in the partition, 0 or greater
 * @param appendTimeMillis the record's append time (epoch milliseconds); every judgement about time
 *     compares with it and never with the wall clock, so that a replay decides the same
 */
public record RecordOrigin(
    String topic, String topicCode, int partition, long offset, long appendTimeMillis) {

  public RecordOrigin {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(topicCode, "topicCode");
  }

  /** Returns the document id; see {@link EventId#encode}. */
  public String eventId() {
    return EventId.encode(topicCode, partition, offset);
  }
}
