package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

/**
 * What alerts are decided for: one group of one rule, as long as the rule means the same.
 *
 * @param ruleId id of the rule
 * @param meaningVersion the version since which the rule means what it means; a rule that is made
 *     to mean something else, or is created again, starts anew under another key
 * @param group text of the group, see {@link io.weir.model.alert.AlertGroup}
 */
public record AlertKey(String ruleId, long meaningVersion, String group) {
  public AlertKey {
    requireNonNull(ruleId, "ruleId");
    requireNonNull(group, "group");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AlertKey that
        && meaningVersion == that.meaningVersion
        && ruleId.equals(that.ruleId)
        && group.equals(that.group);
  }

  /** Says where state is, so it is written down here: that of a record may change with the JDK. */
  @Override
  public int hashCode() {
    return (ruleId.hashCode() * 31 + Long.hashCode(meaningVersion)) * 31 + group.hashCode();
  }

  /** Returns under what the alert is known, whatever its rule meant before. */
  public AlertPlace place() {
    return new AlertPlace(ruleId, group);
  }
}
