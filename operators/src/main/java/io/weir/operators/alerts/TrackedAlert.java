package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertStatus;

/**
 * Where the alert of one group stands.
 *
 * @param meaningVersion the version since which its rule means what it means
 * @param status the status
 * @param sinceMillis the first evaluation of the latest run, or when the condition ended
 * @param runStartedMillis the first evaluation of the latest run
 * @param startsAtMillis when it began to fire; null if it never did
 * @param endsAtMillis when it was resolved; null unless it is
 * @param lastBreachMillis the last evaluation that breached
 * @param clearedAtMillis the evaluation by which the latest run ended; null while it goes on
 * @param easing whether more is to be told of the latest run though it has ended
 * @param value the value that was compared last, or null
 * @param updatedAtMillis the evaluation by which this was decided
 * @param expiresAtMillis wall clock: when a sequence's alert ends, or an old one is forgotten; 0 if
 *     never
 */
public record TrackedAlert(
    long meaningVersion,
    AlertStatus status,
    long sinceMillis,
    long runStartedMillis,
    Long startsAtMillis,
    Long endsAtMillis,
    long lastBreachMillis,
    Long clearedAtMillis,
    boolean easing,
    Double value,
    long updatedAtMillis,
    long expiresAtMillis) {

  public TrackedAlert {
    requireNonNull(status, "status");
  }

  /** Returns an alert of which nothing is known. */
  static TrackedAlert unknown(long meaningVersion) {
    return new TrackedAlert(
        meaningVersion,
        AlertStatus.INACTIVE,
        0,
        Long.MIN_VALUE,
        null,
        null,
        0,
        null,
        false,
        null,
        0,
        0);
  }

  /** Returns whether its condition holds or held a while ago. */
  boolean isActive() {
    return status == AlertStatus.PENDING || status == AlertStatus.FIRING;
  }

  /** Returns the alert after a breach: pending, unless it fires already. */
  TrackedAlert breached(AlertSignal signal) {
    boolean firing = status == AlertStatus.FIRING;
    return new TrackedAlert(
        meaningVersion,
        firing ? status : AlertStatus.PENDING,
        firing ? sinceMillis : signal.startedMillis(),
        signal.startedMillis(),
        firing ? startsAtMillis : null,
        null,
        signal.timeMillis(),
        null,
        false,
        signal.value(),
        signal.timeMillis(),
        0);
  }

  /** Returns the alert when it begins to fire. */
  TrackedAlert fired(AlertSignal signal) {
    return new TrackedAlert(
        meaningVersion,
        AlertStatus.FIRING,
        signal.startedMillis(),
        signal.startedMillis(),
        signal.timeMillis(),
        null,
        Math.max(lastBreachMillis, signal.timeMillis()),
        clearedAtMillis,
        easing,
        signal.value() == null ? value : signal.value(),
        Math.max(updatedAtMillis, signal.timeMillis()),
        0);
  }

  /** Returns the alert after an evaluation that did not breach, still with its status. */
  TrackedAlert cleared(AlertSignal signal) {
    return new TrackedAlert(
        meaningVersion,
        status,
        sinceMillis,
        runStartedMillis,
        startsAtMillis,
        endsAtMillis,
        lastBreachMillis,
        clearedAtMillis == null ? (Long) signal.timeMillis() : clearedAtMillis,
        signal.kind() == AlertSignal.Kind.EASED,
        signal.value(),
        signal.timeMillis(),
        expiresAtMillis);
  }

  /** Returns the alert after it has ended: resolved if it fired, else inactive. */
  TrackedAlert ended(long millis) {
    boolean fired = status == AlertStatus.FIRING;
    return new TrackedAlert(
        meaningVersion,
        fired ? AlertStatus.RESOLVED : AlertStatus.INACTIVE,
        millis,
        runStartedMillis,
        fired ? startsAtMillis : null,
        fired ? (Long) millis : null,
        lastBreachMillis,
        clearedAtMillis == null ? (Long) millis : clearedAtMillis,
        easing,
        value,
        Math.max(updatedAtMillis, millis),
        expiresAtMillis);
  }

  /** Returns a resolved alert as others see it when it is forgotten. */
  TrackedAlert forgotten() {
    return new TrackedAlert(
        meaningVersion,
        AlertStatus.INACTIVE,
        sinceMillis,
        runStartedMillis,
        null,
        null,
        lastBreachMillis,
        clearedAtMillis,
        false,
        value,
        updatedAtMillis,
        0);
  }

  /** Returns the same alert with another wall clock time at which it is looked at again. */
  TrackedAlert expiringAt(long wallMillis) {
    return new TrackedAlert(
        meaningVersion,
        status,
        sinceMillis,
        runStartedMillis,
        startsAtMillis,
        endsAtMillis,
        lastBreachMillis,
        clearedAtMillis,
        easing,
        value,
        updatedAtMillis,
        wallMillis);
  }
}
