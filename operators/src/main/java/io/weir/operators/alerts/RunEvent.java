package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

/**
 * What the search for runs of breaches is told of a group, in order of time.
 *
 * @param key the group
 * @param kind what happened
 * @param timeMillis the evaluation
 * @param startedMillis the first evaluation of the run
 * @param required how many evaluations in a row must breach, by the rule as it is now
 * @param everyMillis distance of the evaluations
 * @param span the pattern that looks for the run
 * @param value what was measured, or null where there was no data
 */
public record RunEvent(
    AlertKey key,
    Kind kind,
    long timeMillis,
    long startedMillis,
    int required,
    long everyMillis,
    Span span,
    Double value) {

  /** What happened. */
  public enum Kind {
    /** A run begins with the breach that follows. */
    STARTED,
    /** An evaluation breached. */
    BREACH,
    /** The run is over. */
    CLEARED
  }

  public RunEvent {
    requireNonNull(key, "key");
    requireNonNull(kind, "kind");
    requireNonNull(span, "span");
  }

  /** Returns whether this breach is the one that the rule waits for, or comes after it. */
  boolean completes(RunEvent start) {
    return timeMillis - start.startedMillis >= (required - 1) * everyMillis;
  }
}
