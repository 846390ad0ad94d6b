package io.weir.gateway.alerts;

import io.weir.gateway.search.StoreException;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** States in memory, whose topic can be away. */
public final class TestingAlertStates implements AlertStates {
  /** Half a minute before a test's clock starts. */
  public static final long WRITTEN = Instant.parse("2026-03-29T10:09:30Z").toEpochMilli();

  private final List<Said> states = new ArrayList<>();
  private boolean away;

  public synchronized void away(boolean value) {
    away = value;
  }

  /** Adds the state of one group of a rule. */
  public synchronized void add(
      String alertId, String service, AlertStatus status, Severity severity) {
    add(
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
            Map.of()),
        WRITTEN);
  }

  /** Adds what was said of an alert at some time. */
  public synchronized void add(AlertState state, long writtenMillis) {
    states.add(new Said(state, writtenMillis));
  }

  @Override
  public synchronized List<AlertState> of(String alertId) {
    return all().stream()
        .map(Said::state)
        .filter(state -> state.alertId().equals(alertId))
        .toList();
  }

  @Override
  public synchronized List<Said> all() {
    if (away) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the topic is away", null);
    }
    return List.copyOf(states);
  }
}
