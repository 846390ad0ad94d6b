package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What every task of the alerts job is told beside the points: the rules, and that time goes on.
 *
 * @param kind what this is
 * @param rules snapshot: all rules that there are; update: those that changed, in order; tick: none
 * @param wallMillis when it was said, epoch milliseconds
 * @param elapsedMillis tick: time since the one before, while Kafka was answering
 * @param quiet tick: nobody has written a point since the one before
 */
public record Control(
    Kind kind, List<RuleUpdate> rules, long wallMillis, long elapsedMillis, boolean quiet) {

  /** What a control says. */
  public enum Kind {
    /** All rules, whatever was known before: said once at each start. */
    SNAPSHOT,
    /** Rules that changed since. */
    UPDATE,
    /** The wall clock goes on, and Kafka answers. */
    TICK
  }

  public Control {
    requireNonNull(kind, "kind");
    rules = List.copyOf(rules);
  }

  /** Returns the control that says which rules there are. */
  public static Control snapshot(List<RuleUpdate> rules, long wallMillis) {
    return new Control(Kind.SNAPSHOT, rules, wallMillis, 0, false);
  }

  /** Returns the control that says which rules changed. */
  public static Control update(List<RuleUpdate> rules, long wallMillis) {
    return new Control(Kind.UPDATE, rules, wallMillis, 0, false);
  }

  /** Returns the control that says that time goes on. */
  public static Control tick(long wallMillis, long elapsedMillis, boolean quiet) {
    return new Control(Kind.TICK, List.of(), wallMillis, elapsedMillis, quiet);
  }
}
