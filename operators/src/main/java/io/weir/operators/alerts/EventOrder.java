package io.weir.operators.alerts;

/** Where the events of a group stand. Changes in place. */
public final class EventOrder {
  /** When to look again: the one timer of the group. */
  public long dueMillis = EventBuffer.NEVER;

  /** The latest event or deadline that was handed on: what is not later than it is late. */
  public long handedOnMillis = Long.MIN_VALUE;

  /** Since when identities are gathered in the younger one of the two sets. */
  public long seenSinceMillis;

  /** How many identities the younger set has. */
  public int seen;

  /** Which one of the two sets is the younger. */
  public boolean swapped;
}
