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

  /** Counter: records of the topic of metric points read. */
  public static final String METRIC_RECORDS = "metricRecords";

  /** Counter: bytes of the values of those records, after decompression. */
  public static final String METRIC_BYTES = "metricBytes";

  /** Counter: points whose time had to be replaced, by {@link #TIME_SOURCE}. */
  public static final String REPLACED_TIMES = "replacedTimes";

  /** Key of the metric group that splits {@link #REPLACED_TIMES}: missing, unreadable, ... */
  public static final String TIME_SOURCE = "timeSource";

  /** Gauge: partial aggregates that wait for their window's end. */
  public static final String OPEN_PARTIALS = "openPartials";

  /** Counter: partial aggregates sent on before their window's end, because there were too many. */
  public static final String EARLY_PARTIALS = "earlyPartials";

  /** Gauge: series that the limits know. */
  public static final String KNOWN_SERIES = "knownSeries";

  /**
   * Counter: points dropped because their series is beyond a limit; with the group {@link #METRIC}
   * by metric.
   */
  public static final String LIMITED_POINTS = "limitedPoints";

  /** Key of the metric group that names the metric whose series are too many. */
  public static final String METRIC = "metric";

  /** Counter: points of windows that their series has already emitted. */
  public static final String LATE_POINTS = "latePoints";

  /** Counter: windows that a series can no longer emit because it has too many gaps. */
  public static final String CLOSED_GAPS = "closedGaps";

  /** Counter: series without state: new, or silent for longer than it is kept. */
  public static final String NEW_SERIES = "newSeries";

  /** Counter: points for the alerts job alone, which no series is made of. */
  public static final String ALERT_POINTS = "alertPoints";

  /** Gauge: alert rules on logs that are being answered. */
  public static final String LOG_RULES = "logRules";

  /** Gauge: alert rules that cannot be read or answered and are skipped. */
  public static final String INVALID_RULES = "invalidRules";

  /** Gauge: counters of log events that are kept. */
  public static final String LOG_COUNTERS = "logCounters";

  /** Counter: log events counted under other values because a counter has too many series. */
  public static final String OVERFLOWED_EVENTS = "overflowedEvents";

  /**
   * Counter: matches of alert rules that were not counted: the rule has as many groups as it may.
   */
  public static final String REFUSED_EVENTS = "eventsOfRefusedGroups";

  /** Counter: values of fields that should be numbers and are none. */
  public static final String UNREADABLE_VALUES = "unreadableValues";

  /** Counter: events dropped because their producer had sent them before. */
  public static final String DUPLICATES = "duplicateEvents";

  /** Gauge: producers' ids that are remembered, to know duplicates by. */
  public static final String REMEMBERED_IDS = "rememberedIds";

  /** Counter: ids forgotten within the horizon, because a partition has too many. */
  public static final String IDS_FORGOTTEN_EARLY = "idsForgottenEarly";

  private OperatorMetrics() {}
}
