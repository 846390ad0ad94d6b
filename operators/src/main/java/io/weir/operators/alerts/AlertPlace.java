package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

/**
 * Under what an alert is known to others: a rule and one of its groups, whatever the rule means at
 * the time. The same as the key of the topic of states.
 *
 * @param ruleId id of the rule
 * @param group text of the group, see {@link io.weir.model.alert.AlertGroup}
 */
public record AlertPlace(String ruleId, String group) {
  public AlertPlace {
    requireNonNull(ruleId, "ruleId");
    requireNonNull(group, "group");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AlertPlace that
        && ruleId.equals(that.ruleId)
        && group.equals(that.group);
  }

  /** Says where state is, so it is written down here: that of a record may change with the JDK. */
  @Override
  public int hashCode() {
    return ruleId.hashCode() * 31 + group.hashCode();
  }
}
