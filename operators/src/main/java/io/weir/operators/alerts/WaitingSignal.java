package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

/**
 * A signal that came before its rule.
 *
 * @param signal the signal
 * @param sinceMillis when it came, wall clock
 */
public record WaitingSignal(AlertSignal signal, long sinceMillis) {
  public WaitingSignal {
    requireNonNull(signal, "signal");
  }
}
