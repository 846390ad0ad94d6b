package io.weir.sinks.notification;

/** Names of the metrics of receivers of alerts; a name is never reused for another meaning. */
public final class NotificationNames {
  /** Counter: alerts that receivers were told, repeats included. */
  public static final String TOLD = "alertsTold";

  /** Counter: alerts that receivers did not want. */
  public static final String REFUSED = "alertsRefused";

  /** Counter: attempts that failed. */
  public static final String FAILURES = "notificationFailures";

  /** Gauge: alerts that are kept for the receiver that has most to hear. */
  public static final String KEPT = "alertsKept";

  /** Gauge: alerts that the receiver which is furthest behind does not know yet. */
  public static final String UNKNOWN = "alertsUnknownToReceiver";

  /**
   * Histogram: milliseconds from the evaluation by which an alert began to fire, or ended, until a
   * receiver knew, for each receiver and only the first time. What was held back because the job
   * was catching up is in it too.
   */
  public static final String TOLD_AFTER = "alertToldAfterMillis";

  private NotificationNames() {}
}
