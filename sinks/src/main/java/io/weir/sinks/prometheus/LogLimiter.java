package io.weir.sinks.prometheus;

import java.util.function.LongSupplier;

/** Lets one message through in an interval and counts the others. Used by one thread. */
final class LogLimiter {
  private final long intervalMillis;
  private final LongSupplier clockMillis;
  private long next = Long.MIN_VALUE;
  private long suppressed;

  LogLimiter(long intervalMillis, LongSupplier clockMillis) {
    this.intervalMillis = intervalMillis;
    this.clockMillis = clockMillis;
  }

  /** Returns whether a message may be written now; if not, it is counted. */
  boolean allows() {
    long now = clockMillis.getAsLong();
    if (now < next) {
      suppressed++;
      return false;
    }
    next = now + intervalMillis;
    return true;
  }

  /** Returns how many messages were kept back since this was asked last. */
  long takeSuppressed() {
    long count = suppressed;
    suppressed = 0;
    return count;
  }
}
