package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertRule;

/**
 * What the rules' topic says of one rule.
 *
 * @param id id of the rule
 * @param version its offset in the topic
 * @param rule the rule, or null where it is deleted
 */
public record RuleUpdate(String id, long version, AlertRule rule) {
  public RuleUpdate {
    requireNonNull(id, "id");
  }
}
