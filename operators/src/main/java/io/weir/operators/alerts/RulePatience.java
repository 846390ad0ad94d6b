package io.weir.operators.alerts;

/**
 * How long to wait for a rule of which something has come but not the rule. It comes by another way
 * and may be a moment late, or it is gone already. Rules and ticks come by one way in the order in
 * which they were said: a tick that was said after something came proves that every rule from
 * before has come. Clocks may differ by {@value #MILLIS} ms.
 */
final class RulePatience {
  static final long MILLIS = 30_000;

  /** How often to look whether a rule has come. */
  static final long LOOK_MILLIS = 200;

  private long tickMillis = Long.MIN_VALUE;

  /** Takes note of a control. */
  void heard(Control control) {
    if (control.kind() == Control.Kind.TICK) {
      tickMillis = Math.max(tickMillis, control.wallMillis());
    }
  }

  /** Returns whether a rule that was missed at a time of the wall clock does not come any more. */
  boolean isOver(long missedSinceMillis) {
    return tickMillis >= missedSinceMillis + MILLIS;
  }
}
