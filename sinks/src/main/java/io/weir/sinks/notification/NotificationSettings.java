package io.weir.sinks.notification;

import java.io.Serializable;
import java.time.Duration;

/**
 * How receivers are told about alerts.
 *
 * @param resendEvery how often a firing alert is told again; null for once
 * @param batch most alerts told at once
 * @param initialBackoff first wait after a failure
 * @param maxBackoff longest wait after failures
 * @param keepResolved how long a resolved alert waits for a receiver that is away
 */
public record NotificationSettings(
    Duration resendEvery,
    int batch,
    Duration initialBackoff,
    Duration maxBackoff,
    Duration keepResolved)
    implements Serializable {
  private static final long serialVersionUID = 1;

  public NotificationSettings {
    if (resendEvery != null && resendEvery.toMillis() < 1) {
      throw new IllegalArgumentException("alerts are told again every " + resendEvery);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch);
    }
  }

  /** Returns settings that tell a firing alert again and again. */
  public static NotificationSettings repeating(Duration resendEvery) {
    return new NotificationSettings(
        resendEvery, 500, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofHours(24));
  }

  /** Returns settings that tell each change once. */
  public static NotificationSettings once(int batch) {
    return new NotificationSettings(
        null, batch, Duration.ofMillis(500), Duration.ofMinutes(1), Duration.ofHours(24));
  }
}
