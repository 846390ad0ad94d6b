package io.weir.model.audit;

import java.util.Objects;

/**
 * Some offsets of one partition, to be read.
 *
 * @param topic name of the topic
 * @param topicCode code of the topic's incarnation
 * @param partition Kafka partition
 * @param first the first offset
 * @param end the offset after the last
 */
public record TopicSpan(String topic, String topicCode, int partition, long first, long end) {
  public TopicSpan {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(topicCode, "topicCode");
  }
}
