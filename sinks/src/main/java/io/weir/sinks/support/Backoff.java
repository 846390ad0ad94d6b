package io.weir.sinks.support;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Exponential delay with jitter: {@code initial * 2^attempt}, at most {@code max}, of which a
 * random half is taken off so that the writers of many tasks do not come back together.
 */
public final class Backoff {
  private static final int MAX_DOUBLINGS = 30;

  private final long initialMillis;
  private final long maxMillis;
  private final DoubleSupplier random;

  /**
   * Makes a backoff.
   *
   * @param initial delay of attempt 0 before jitter, at least a millisecond
   * @param max upper bound of every delay
   * @param random gives numbers from 0 inclusive to 1 exclusive
   */
  public Backoff(Duration initial, Duration max, DoubleSupplier random) {
    if (initial.toMillis() < 1 || max.compareTo(initial) < 0) {
      throw new IllegalArgumentException("backoff from " + initial + " to " + max);
    }
    this.initialMillis = initial.toMillis();
    this.maxMillis = max.toMillis();
    this.random = random;
  }

  /** Returns the delay after the given number of earlier failures in a row, in milliseconds. */
  public long delayMillis(int earlierFailures) {
    int doublings = Math.min(earlierFailures, MAX_DOUBLINGS);
    long full = initialMillis > maxMillis >> doublings ? maxMillis : initialMillis << doublings;
    return Math.max(1, full - (long) (random.getAsDouble() * full / 2));
  }
}
