package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * An event of a sequence, or the end of the time in which one had to be followed by another.
 *
 * @param key the group
 * @param step what it is to the rule
 * @param event identity of the event; of a deadline that of the event which set it
 * @param timestampMillis when
 * @param withinMillis longest time from first to then
 * @param thenAbsent whether the rule waits for the second event to fail to appear
 * @param span the pattern that looks for the sequence
 */
public record SequenceEvent(
    AlertKey key,
    Step step,
    String event,
    long timestampMillis,
    long withinMillis,
    boolean thenAbsent,
    Span span) {

  /**
   * Where an event stands among those of its group: by time, then by what it is, then by its
   * identity, which grows with its place in Kafka.
   */
  static final Comparator<SequenceEvent> ORDER =
      Comparator.comparingLong(SequenceEvent::timestampMillis)
          .thenComparing(SequenceEvent::step)
          .thenComparing(SequenceEvent::event);

  /** What an event is to a rule, in the order in which events of one moment count. */
  public enum Step {
    /** It may start the sequence. */
    FIRST,
    /** It may complete the sequence. */
    THEN,
    /** The time of a first event is over. */
    DEADLINE
  }

  public SequenceEvent {
    requireNonNull(key, "key");
    requireNonNull(step, "step");
    requireNonNull(event, "event");
    requireNonNull(span, "span");
  }

  /** Returns the end of this first event's time; an event at that very moment is in time. */
  SequenceEvent deadline() {
    return new SequenceEvent(
        key, Step.DEADLINE, event, deadlineMillis(), withinMillis, thenAbsent, span);
  }

  long deadlineMillis() {
    return timestampMillis + withinMillis;
  }

  /**
   * Returns what ends the search for what follows this first event without a match: its deadline,
   * or, where the rule waits for a deadline, a second event that is nobody's.
   */
  SequenceEvent abandoned() {
    return thenAbsent
        ? new SequenceEvent(key, Step.THEN, "", timestampMillis, withinMillis, true, span)
        : deadline();
  }
}
