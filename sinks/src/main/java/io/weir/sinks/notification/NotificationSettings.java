package io.weir.sinks.notification;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/**
 * How receivers are told about alerts.
 *
 * @param identity what makes two alerts the same for a receiver
 * @param resendEvery how often a firing alert is told again; null for once
 * @param batch most alerts told at once
 * @param initialBackoff first wait after a failure
 * @param maxBackoff longest wait after failures
 * @param keepResolved how long a resolved alert waits for a receiver that is away
 * @param history what is told while the job catches up; null for everything at once
 */
public record NotificationSettings(
    Identity identity,
    Duration resendEvery,
    int batch,
    Duration initialBackoff,
    Duration maxBackoff,
    Duration keepResolved,
    History history)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** What makes two alerts the same for a receiver. */
  public enum Identity {
    /** All labels, as for Alertmanager: with other labels the alert is another one. */
    LABELS,
    /** The rule and the group: other labels are news about the same alert, and not told. */
    RULE_AND_GROUP
  }

  /**
   * How states are held back that were decided long after their time, because the job is catching
   * up: only how an alert stands in the end is of interest.
   *
   * @param behind how long ago the evaluation of such a state was, at least
   * @param settle they are told when no such state has come for so long
   * @param longest an alert is told at the latest after so long, as it then stands
   */
  public record History(Duration behind, Duration settle, Duration longest)
      implements Serializable {
    private static final long serialVersionUID = 1;

    public History {
      if (behind.isNegative() || settle.isNegative() || longest.compareTo(settle) < 0) {
        throw new IllegalArgumentException(
            "history: behind " + behind + ", settle " + settle + ", longest " + longest);
      }
    }
  }

  public NotificationSettings {
    requireNonNull(identity, "identity");
    if (resendEvery != null && resendEvery.toMillis() < 1) {
      throw new IllegalArgumentException("alerts are told again every " + resendEvery);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch);
    }
  }

  /** Returns settings that tell a firing alert again and again, and everything at once. */
  public static NotificationSettings repeating(Duration resendEvery) {
    return new NotificationSettings(
        Identity.LABELS,
        resendEvery,
        500,
        Duration.ofMillis(500),
        Duration.ofSeconds(30),
        Duration.ofHours(24),
        null);
  }

  /** Returns settings that tell each change once, and of history only its outcome. */
  public static NotificationSettings once(int batch) {
    return new NotificationSettings(
        Identity.RULE_AND_GROUP,
        null,
        batch,
        Duration.ofMillis(500),
        Duration.ofMinutes(1),
        Duration.ofHours(24),
        new History(Duration.ofMinutes(2), Duration.ofSeconds(10), Duration.ofMinutes(5)));
  }

  Optional<History> heldBack() {
    return Optional.ofNullable(history);
  }
}
