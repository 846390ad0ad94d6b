package io.weir.operators.alerts;

import io.weir.model.alert.AlertRule;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** Rules for tests, written as people write them. */
final class Rules {
  static final long TEN = 1_774_778_400_000L;

  static final String ERRORS =
      """
      {"id":"a","name":"errors","metric":"error_rate","condition":">","threshold":1,"duration_s":60,
       "window_s":30,"group_by":["service"],"notification_channel":"ops"}
      """;

  private Rules() {}

  static AlertRule rule(String json) {
    return AlertRuleJson.decode(json.getBytes(StandardCharsets.UTF_8), UnknownMembers.REJECT);
  }

  static RuleUpdate update(long version, String json) {
    AlertRule rule = rule(json);
    return new RuleUpdate(rule.id(), version, rule);
  }

  static Control snapshot(RuleUpdate... updates) {
    return Control.snapshot(List.of(updates), TEN);
  }

  static Control change(RuleUpdate... updates) {
    return Control.update(List.of(updates), TEN);
  }

  /** Returns how much a task keeps for its keys, over all states. */
  static int entries(AbstractStreamOperatorTestHarness<?> harness) {
    return ((HeapKeyedStateBackend<?>)
            ((AbstractStreamOperator<?>) harness.getOperator()).getKeyedStateBackend())
        .numKeyValueStateEntries();
  }

  static RoutedPoint point(AlertKey key, double value, long millis) {
    return new RoutedPoint(
        key, RoutedPoint.Role.VALUE, RoutedPoint.Shape.PLAIN, "", value, millis, false, 30);
  }
}
