package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertStatus;

/**
 * Where the alert of one group stands.
 *
 * @param status the status
 * @param sinceMillis the first evaluation of the latest run, or when the condition ended
 * @param runStartedMillis the first evaluation of the latest run
 * @param startsAtMillis when it began to fire; null if it never did
 * @param endsAtMillis when it was resolved; null unless it is
 * @param lastBreachMillis the last evaluation that breached
 * @param clearedAtMillis the evaluation by which the latest run ended; null while it goes on
 * @param value the value that was compared last, or null
 * @param updatedAtMillis the evaluation by which this was decided
 * @param expiresAtMillis wall clock: when a sequence's alert ends, or an old one is forgotten; 0 if
 *     never
 */
public record TrackedAlert(
    AlertStatus status,
    long sinceMillis,
    long runStartedMillis,
    Long startsAtMillis,
    Long endsAtMillis,
    long lastBreachMillis,
    Long clearedAtMillis,
    Double value,
    long updatedAtMillis,
    long expiresAtMillis) {

  /** An alert of which nothing is known. */
  static final TrackedAlert NEW =
      new TrackedAlert(AlertStatus.INACTIVE, 0, Long.MIN_VALUE, null, null, 0, null, null, 0, 0);

  public TrackedAlert {
    requireNonNull(status, "status");
  }

  /** Returns the alert after a breach: pending, unless it fires already. */
  TrackedAlert breached(AlertSignal signal) {
    boolean firing = status == AlertStatus.FIRING;
    return new TrackedAlert(
        firing ? status : AlertStatus.PENDING,
        firing ? sinceMillis : signal.startedMillis(),
        signal.startedMillis(),
        firing ? startsAtMillis : null,
        null,
        signal.timeMillis(),
        null,
        signal.value(),
        signal.timeMillis(),
        0);
  }

  /** Returns the alert when it begins to fire. */
  TrackedAlert fired(AlertSignal signal) {
    return new TrackedAlert(
        AlertStatus.FIRING,
        signal.startedMillis(),
        signal.startedMillis(),
        signal.timeMillis(),
        null,
        Math.max(lastBreachMillis, signal.timeMillis()),
        clearedAtMillis,
        signal.value() == null ? value : signal.value(),
        Math.max(updatedAtMillis, signal.timeMillis()),
        0);
  }

  /** Returns the alert after an evaluation that did not breach, still with its status. */
  TrackedAlert cleared(AlertSignal signal) {
    return new TrackedAlert(
        status,
        sinceMillis,
        runStartedMillis,
        startsAtMillis,
        endsAtMillis,
        lastBreachMillis,
        clearedAtMillis == null ? (Long) signal.timeMillis() : clearedAtMillis,
        signal.value(),
        signal.timeMillis(),
        expiresAtMillis);
  }

  /** Returns the alert after it has ended: resolved if it fired, else inactive. */
  TrackedAlert ended(long millis) {
    boolean fired = status == AlertStatus.FIRING;
    return new TrackedAlert(
        fired ? AlertStatus.RESOLVED : AlertStatus.INACTIVE,
        millis,
        runStartedMillis,
        fired ? startsAtMillis : null,
        fired ? (Long) millis : null,
        lastBreachMillis,
        clearedAtMillis == null ? (Long) millis : clearedAtMillis,
        value,
        Math.max(updatedAtMillis, millis),
        expiresAtMillis);
  }

  /** Returns the same alert with another wall clock time at which it is looked at again. */
  TrackedAlert expiringAt(long wallMillis) {
    return new TrackedAlert(
        status,
        sinceMillis,
        runStartedMillis,
        startsAtMillis,
        endsAtMillis,
        lastBreachMillis,
        clearedAtMillis,
        value,
        updatedAtMillis,
        wallMillis);
  }
}
