package io.weir.sinks.alerttopic;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.json.AlertStateJson;
import io.weir.sinks.notification.Alerts;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertTopicsTest {

  @Test
  void statesAreKeyedByRuleAndGroup() {
    var record = new AlertTopics.States("alert-state").serialize(Alerts.firing("a"), null, null);

    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("a{}");
    assertThat(AlertStateJson.decode(record.value())).isEqualTo(Alerts.firing("a"));
  }

  @Test
  void anInactiveAlertIsDeleted() {
    AlertState inactive =
        new AlertState(
            "a",
            1,
            Map.of("host", "x"),
            AlertStatus.INACTIVE,
            null,
            0,
            null,
            null,
            0,
            Severity.INFO,
            Map.of(),
            Map.of());
    var record = new AlertTopics.States("alert-state").serialize(inactive, null, null);

    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("a{host=\"x\"}");
    assertThat(record.value()).isNull();
  }

  @Test
  void historyHoldsTransitions() {
    AlertTransition transition =
        new AlertTransition(
            AlertStatus.PENDING, AlertTransition.Reason.CONDITION, Alerts.firing("a"));
    var record = new AlertTopics.History("alert-history").serialize(transition, null, null);

    assertThat(AlertStateJson.decodeTransition(record.value())).isEqualTo(transition);
  }
}
