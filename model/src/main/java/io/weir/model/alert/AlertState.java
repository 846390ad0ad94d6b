package io.weir.model.alert;

import io.weir.model.alert.AlertRule.Severity;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The latest state of the alert of one group of a rule.
 *
 * @param alertId id of the rule
 * @param ruleVersion version of the rule by which this was decided: its offset in the rules' topic
 * @param group the tags of the group; empty for a rule without {@code group_by}
 * @param status where the alert stands
 * @param value the value that was compared last, or null where there was no data
 * @param sinceMillis when the condition began to hold (pending, firing) or ended; event time
 * @param startsAtMillis when the alert began to fire; null if it never did
 * @param endsAtMillis when it was resolved; null unless it is
 * @param updatedAtMillis the moment of the evaluation by which this was decided; event time
 * @param severity how bad it is
 * @param labels all labels that the alert has in Alertmanager
 * @param annotations texts for people
 */
public record AlertState(
    String alertId,
    long ruleVersion,
    Map<String, String> group,
    AlertStatus status,
    Double value,
    long sinceMillis,
    Long startsAtMillis,
    Long endsAtMillis,
    long updatedAtMillis,
    Severity severity,
    Map<String, String> labels,
    Map<String, String> annotations) {

  public AlertState {
    Objects.requireNonNull(alertId, "alertId");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(severity, "severity");
    if (value != null && !Double.isFinite(value)) {
      value = null;
    }
    group = sorted(group);
    labels = sorted(labels);
    annotations = sorted(annotations);
  }

  /** Returns the key of this alert among all alerts: rule and group. */
  public String key() {
    return AlertGroup.key(alertId, group);
  }

  private static Map<String, String> sorted(Map<String, String> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
