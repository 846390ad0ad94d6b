package io.weir.model.alert;

import java.util.Objects;

/**
 * An alert that went from one status to another.
 *
 * @param from the status before
 * @param reason why it changed
 * @param state the state after
 */
public record AlertTransition(AlertStatus from, Reason reason, AlertState state) {

  /** Why an alert changes its status. */
  public enum Reason {
    /** The condition began or ceased to hold, or has held for long enough. */
    CONDITION,
    /** There was no data, and the rule says what that means. */
    NO_DATA,
    /** The time is over for which an event keeps its alert firing. */
    EXPIRED,
    /** The rule now means something else, so what was decided by it ends. */
    RULE_CHANGED,
    /** The rule is no more. */
    RULE_DELETED
  }

  public AlertTransition {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(state, "state");
  }
}
