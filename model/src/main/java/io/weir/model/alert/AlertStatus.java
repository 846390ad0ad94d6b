package io.weir.model.alert;

/** Where an alert of one group of a rule stands. */
public enum AlertStatus {
  /** The condition does not hold. */
  INACTIVE,
  /** The condition holds, but not yet for as long as the rule demands. */
  PENDING,
  /** Somebody is told. */
  FIRING,
  /** It was firing, and the condition no longer holds. */
  RESOLVED
}
