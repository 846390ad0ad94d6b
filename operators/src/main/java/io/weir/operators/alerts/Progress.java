package io.weir.operators.alerts;

/** Where the evaluations of one group stand. Changes in place. */
public final class Progress {
  /** Of {@link #nextMillis}: event time has not begun yet; of others: never. */
  static final long UNSET = Long.MIN_VALUE;

  /** The next evaluation. */
  public long nextMillis = UNSET;

  /** Since when the group is known: nothing is missing before. */
  public long knownSinceMillis = UNSET;

  /** The latest point, or the latest growth of a counter of events. */
  public long lastSeenMillis = UNSET;

  /** Whether the last evaluation breached. */
  public boolean breaching;

  /** Whether others must hear of the next evaluation even if it does not breach. */
  public boolean watched;

  /** The first evaluation of the run of breaches. */
  public long startedMillis;

  /** The last evaluation that breached. */
  public long lastBreachMillis;

  /** Where the run of breaches is looked for. */
  public Span span = Span.SHORT;

  /** Since when, by the wall clock, an evaluation has been due while the rule was not known. */
  public long waitingSinceMillis = UNSET;
}
