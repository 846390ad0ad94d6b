package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

/**
 * Something that may change where an alert stands.
 *
 * @param key the group
 * @param kind what happened
 * @param timeMillis when, in event time
 * @param startedMillis the first evaluation of the run, or the first event of the sequence
 * @param value what was measured, or null where there was no data
 */
public record AlertSignal(
    AlertKey key, Kind kind, long timeMillis, long startedMillis, Double value) {

  /** What happened. */
  public enum Kind {
    /** An evaluation breached. */
    BREACH,
    /** An evaluation after a breach did not, and nothing more is to be told of it. */
    CLEAR,
    /** A run of breaches is as long as the rule demands. */
    HELD,
    /** A sequence was found. */
    OCCURRED,
    /** The group has been silent for so long that it is no longer there. */
    FORGOTTEN,
    /** An evaluation after a breach did not, and the alert goes on firing for a while. */
    EASED
  }

  public AlertSignal {
    requireNonNull(key, "key");
    requireNonNull(kind, "kind");
  }
}
