package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertRule;

/**
 * A rule in force.
 *
 * @param version its version
 * @param meaningVersion the version since which it means the same, see {@link RuleMeaning}
 * @param countsFromZero whether a counter that answers it and was never seen before began at zero:
 *     so where the rule was seen to begin, not where the job began without state
 * @param rule the rule
 */
public record RuleEntry(long version, long meaningVersion, boolean countsFromZero, AlertRule rule) {
  public RuleEntry {
    requireNonNull(rule, "rule");
  }

  /** Returns the key of one of its groups. */
  AlertKey key(String group) {
    return new AlertKey(rule.id(), meaningVersion, group);
  }
}
