package io.weir.harness.generate;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Spreads work evenly over time. The n-th piece is due at start + n / rate, so that the average is
 * exact over any length and a pause is caught up; pieces that are due within half a millisecond go
 * out together, because a shorter sleep costs more than it brings.
 */
final class Pace {
  private static final long SLACK_NANOS = 500_000;

  private final double nanosPerPiece;
  private final LongSupplier nanoTime;
  private final LongConsumer parkNanos;
  private final long start;

  /**
   * Starts now.
   *
   * @param perSecond pieces per second; 0 for no limit
   */
  Pace(double perSecond) {
    this(perSecond, System::nanoTime, LockSupport::parkNanos);
  }

  Pace(double perSecond, LongSupplier nanoTime, LongConsumer parkNanos) {
    if (perSecond < 0) {
      throw new IllegalArgumentException("rate " + perSecond + " is negative");
    }
    this.nanosPerPiece = perSecond == 0 ? 0 : 1e9 / perSecond;
    this.nanoTime = nanoTime;
    this.parkNanos = parkNanos;
    this.start = nanoTime.getAsLong();
  }

  /** Waits until the piece with this index (from 0) is due; returns at once when it is late. */
  void await(long index) {
    if (nanosPerPiece == 0) {
      return;
    }
    long due = start + (long) (index * nanosPerPiece);
    long early = due - nanoTime.getAsLong();
    while (early > SLACK_NANOS && !Thread.currentThread().isInterrupted()) {
      parkNanos.accept(early);
      early = due - nanoTime.getAsLong();
    }
  }

  /** Returns the nanoseconds since the start. */
  long elapsedNanos() {
    return nanoTime.getAsLong() - start;
  }
}
