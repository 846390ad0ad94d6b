package io.weir.operators.alerts;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Kind;
import java.util.Objects;

/**
 * What a rule measures and for whom. An edit that changes it starts every group of the rule anew:
 * what was measured before says nothing about it. Everything else (condition, threshold, duration,
 * what no data means, how long it goes on firing, severity, labels, texts, channel) may change
 * while a run of breaches goes on, and counts from the next evaluation.
 */
final class RuleMeaning {
  private RuleMeaning() {}

  /** Returns whether two versions of a rule mean the same. */
  static boolean same(AlertRule a, AlertRule b) {
    return a.kind() == b.kind()
        && Objects.equals(a.metric(), b.metric())
        && Objects.equals(a.query(), b.query())
        && Objects.equals(a.first(), b.first())
        && Objects.equals(a.then(), b.then())
        && a.thenAbsent() == b.thenAbsent()
        && a.windowSeconds() == b.windowSeconds()
        && a.evaluateEverySeconds() == b.evaluateEverySeconds()
        && (a.kind() != Kind.SEQUENCE || a.withinSeconds() == b.withinSeconds())
        && a.aggregation() == b.aggregation()
        && a.tags().equals(b.tags())
        && a.groupBy().equals(b.groupBy());
  }
}
