package io.weir.model.log;

import io.weir.model.deadletter.DeadLetter;

/**
 * What became of one Kafka record: exactly one of the two is present. A pair rather than a sealed
 * type because Flink serializes records as POJOs but has no serializer for a sealed hierarchy.
 *
 * @param event the event, or null
 * @param deadLetter why there is no event, or null
 */
public record ParsedLog(LogEvent event, DeadLetter deadLetter) {
  public ParsedLog {
    if ((event == null) == (deadLetter == null)) {
      throw new IllegalArgumentException("exactly one of event and dead letter");
    }
  }

  /** Returns the outcome of a record that became an event. */
  public static ParsedLog of(LogEvent event) {
    return new ParsedLog(event, null);
  }

  /** Returns the outcome of a record that did not. */
  public static ParsedLog of(DeadLetter deadLetter) {
    return new ParsedLog(null, deadLetter);
  }
}
