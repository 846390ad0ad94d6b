package io.weir.sinks.notification;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.util.Map;

/** Alerts for tests. */
public final class Alerts {
  public static final long TEN = 1_774_778_400_000L;

  private Alerts() {}

  public static AlertState firing(String id) {
    return firing(id, 2.5, Map.of("alertname", id));
  }

  public static AlertState firing(String id, double value, Map<String, String> labels) {
    return new AlertState(
        id,
        1,
        Map.of(),
        AlertStatus.FIRING,
        value,
        TEN,
        TEN,
        null,
        TEN,
        Severity.CRITICAL,
        labels,
        Map.of("summary", "much"));
  }

  public static AlertState resolved(String id) {
    return new AlertState(
        id,
        1,
        Map.of(),
        AlertStatus.RESOLVED,
        0.5,
        TEN + 60_000,
        TEN,
        TEN + 60_000,
        TEN + 60_000,
        Severity.CRITICAL,
        Map.of("alertname", id),
        Map.of());
  }

  /** Returns a firing alert that began, and was decided, at other times. */
  public static AlertState firing(
      String id, long startsAt, long updatedAt, Map<String, String> labels) {
    return new AlertState(
        id,
        1,
        Map.of(),
        AlertStatus.FIRING,
        2.5,
        startsAt,
        startsAt,
        null,
        updatedAt,
        Severity.CRITICAL,
        labels,
        Map.of("summary", "much"));
  }

  /** Returns the end of such an alert. */
  public static AlertState resolved(
      String id, long startsAt, long endsAt, Map<String, String> labels) {
    return new AlertState(
        id,
        1,
        Map.of(),
        AlertStatus.RESOLVED,
        0.5,
        endsAt,
        startsAt,
        endsAt,
        endsAt,
        Severity.CRITICAL,
        labels,
        Map.of());
  }
}
