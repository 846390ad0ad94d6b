package io.weir.operators.logs;

/**
 * What to do with a record that carries its producer's clock instead of Kafka's append time (the
 * topic's {@code message.timestamp.type} is, or was, {@code CreateTime}). Every judgement about
 * time rests on that clock, so a foreign one is refused unless somebody asks for it.
 */
public enum CreateTimePolicy {
  /** The job fails and names the topic. */
  FAIL,
  /** The producer's time stands in for the append time; counted, and a warning for each topic. */
  ACCEPT
}
