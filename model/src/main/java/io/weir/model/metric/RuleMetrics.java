package io.weir.model.metric;

/** Names of the points by which the log metrics job answers alert rules on logs. */
public final class RuleMetrics {
  public static final String LOG_EVENTS_TOTAL = "log_events_total";
  public static final String LOG_MATCHES_TOTAL = "weir_rule_log_matches_total";
  public static final String LOG_EVENT = "weir_rule_log_event";
  public static final String RULE_ID = "rule_id";
  public static final String RULE_VERSION = "rule_version";
  public static final String PRODUCER = "producer";
  public static final String STEP = "step";
  public static final String STEP_FIRST = "first";
  public static final String STEP_THEN = "then";
  public static final String EVENT = "event";

  private RuleMetrics() {}
}
