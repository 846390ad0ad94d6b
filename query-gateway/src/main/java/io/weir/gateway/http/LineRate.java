package io.weir.gateway.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps a flood of requests from becoming a flood of lines in the log: some in each second may be
 * written, what is left out is counted. Thread-safe.
 */
final class LineRate {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final LongSupplier nanos;
  private final int perSecond;
  private final AtomicLong leftOut = new AtomicLong();
  private long second = Long.MIN_VALUE;
  private int inSecond;

  /**
   * @param nanos a clock that only goes forward
   * @param perSecond lines in each second
   */
  LineRate(LongSupplier nanos, int perSecond) {
    this.nanos = nanos;
    this.perSecond = perSecond;
  }

  /** Returns whether a line may be written now. One that may not is counted. */
  boolean take() {
    boolean room;
    synchronized (this) {
      long now = nanos.getAsLong() / NANOS_PER_SECOND;
      if (now != second) {
        second = now;
        inSecond = 0;
      }
      room = ++inSecond <= perSecond;
    }
    if (!room) {
      leftOut.incrementAndGet();
    }
    return room;
  }

  /** Returns how many lines were left out since this was asked last. */
  long leftOut() {
    return leftOut.getAndSet(0);
  }
}
