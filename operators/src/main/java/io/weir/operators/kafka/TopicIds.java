package io.weir.operators.kafka;

import java.io.Serializable;
import org.apache.kafka.common.Uuid;

/**
 * Tells which incarnation of a topic is there: Kafka gives a topic that is deleted and created
 * again another id. Travels with the job graph.
 */
@FunctionalInterface
public interface TopicIds extends Serializable {

  /**
   * Returns the id of the topic as it is now. Asked once per topic and reader; may block.
   *
   * @throws TopicLookupException if the topic is not there or Kafka does not answer; the message
   *     names the topic
   */
  Uuid idOf(String topic);

  /** A topic's id could not be learnt. */
  final class TopicLookupException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TopicLookupException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
