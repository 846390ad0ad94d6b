package io.weir.gateway.search;

import java.time.Duration;

/**
 * Half-open range of event times, {@code [from, to)}, in nanoseconds since the epoch.
 *
 * @param fromNanos first instant inside
 * @param toNanos first instant after
 */
public record TimeRange(long fromNanos, long toNanos) {
  public TimeRange {
    if (fromNanos >= toNanos) {
      throw new IllegalArgumentException("from " + fromNanos + " is not before to " + toNanos);
    }
  }

  /** Returns its length. */
  public Duration length() {
    return Duration.ofNanos(toNanos - fromNanos);
  }
}
