package io.weir.operators;

/**
 * Names of every metric of this module, under the metric group of the node that reports it. They
 * appear on dashboards and in alerts: a name is never reused for another meaning.
 */
public final class OperatorMetrics {
  /** Counter: Kafka records read. */
  public static final String RECORDS = "logRecords";

  /** Counter: bytes of the values of those records, after decompression. */
  public static final String BYTES = "logBytes";

  /** Counter: records that did not become events; with the group {@link #REASON} by reason. */
  public static final String DEAD_LETTERS = "deadLetters";

  /** Key of the metric group that splits {@link #DEAD_LETTERS}. */
  public static final String REASON = "reason";

  /** Counter: events by what normalisation decided, see {@link io.weir.model.log.LogFlags}. */
  public static final String FLAGGED = "flaggedEvents";

  /** Key of the metric group that splits {@link #FLAGGED}. */
  public static final String FLAG = "flag";

  /**
   * Histogram: milliseconds from an event's own time to its append time, over the last records.
   * Negative where the producer's clock is ahead.
   */
  public static final String EVENT_TO_APPEND_LAG = "eventToAppendLagMillis";

  /** Counter: records whose time was set by the producer although the append time is wanted. */
  public static final String CREATE_TIME_RECORDS = "createTimeRecords";

  /** Counter: events kept from the hot store because they are too old for it. */
  public static final String TOO_OLD_FOR_HOT = "tooOldForHot";

  /** Counter: records that Kafka expired before they were read. */
  public static final String EXPIRED_RECORDS = "expiredRecords";

  private OperatorMetrics() {}
}
