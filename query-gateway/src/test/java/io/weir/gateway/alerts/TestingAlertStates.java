package io.weir.gateway.alerts;

import io.weir.gateway.search.StoreException;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** States in memory, whose topic can be away. */
public final class TestingAlertStates implements AlertStates {
  private final List<AlertState> states = new ArrayList<>();
  private boolean away;

  public synchronized void away(boolean value) {
    away = value;
  }

  /** Adds the state of one group of a rule. */
  public synchronized void add(
      String alertId, String service, AlertStatus status, Severity severity) {
    states.add(
        new AlertState(
            alertId,
            7,
            Map.of("service", service),
            status,
            status == AlertStatus.INACTIVE ? null : 0.5,
            1_000_000L + states.size(),
            status == AlertStatus.FIRING ? 2_000_000L : null,
            null,
            3_000_000L,
            severity,
            Map.of("alertname", alertId),
            Map.of()));
  }

  @Override
  public synchronized List<AlertState> of(String alertId) {
    return all().stream().filter(state -> state.alertId().equals(alertId)).toList();
  }

  @Override
  public synchronized List<AlertState> all() {
    if (away) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the topic is away", null);
    }
    return List.copyOf(states);
  }
}
