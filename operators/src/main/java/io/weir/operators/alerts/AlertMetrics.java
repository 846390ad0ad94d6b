package io.weir.operators.alerts;

/** Names of the metrics of the operators of alerts; a name is never reused for another meaning. */
public final class AlertMetrics {
  /** Gauge: rules in force, as this task knows them. */
  public static final String RULES = "alertRules";

  /** Counter: records of the rules' topic that are no rules, and were skipped. */
  public static final String INVALID_RULES = "invalidAlertRules";

  /** Counter: points that some rule needs, once for each rule and side of a ratio. */
  public static final String ROUTED_POINTS = "routedPoints";

  /** Counter: points whose windows had all been evaluated when they came. */
  public static final String LATE_POINTS = "latePoints";

  /** Counter: points and events of groups that were refused: their rule has as many as it may. */
  public static final String REFUSED_POINTS = "pointsOfRefusedGroups";

  /** Counter: events of sequences that came after later ones were handed on. */
  public static final String LATE_EVENTS = "lateSequenceEvents";

  /** Counter: first events of sequences that gave way to newer ones, because many were open. */
  public static final String DROPPED_FIRSTS = "droppedFirstEvents";

  /** Counter: evaluations. */
  public static final String EVALUATIONS = "evaluations";

  /** Counter: groups that were due before their rule was known to the task, and wait for it. */
  public static final String RULE_WAITS = "ruleWaits";

  /** Counter: groups that were dropped because their rule was gone when they came. */
  public static final String GROUPS_WITHOUT_RULE = "groupsWithoutRule";

  /** Counter: signals of rules that were no longer there. */
  public static final String OUTDATED_SIGNALS = "outdatedSignals";

  /** Counter: transitions of alerts; with the group {@link #STATUS} by where they lead. */
  public static final String TRANSITIONS = "alertTransitions";

  /** Key of the metric group that splits {@link #TRANSITIONS}. */
  public static final String STATUS = "status";

  private AlertMetrics() {}
}
