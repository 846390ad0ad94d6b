package io.weir.harness.fault;

import java.time.Duration;
import java.util.Objects;

/**
 * What a {@link TcpFaultProxy} does to the bytes of its connections.
 *
 * @param silent nothing goes through, and nobody is told: a cut cable. What is sent meanwhile goes
 *     through afterwards, as TCP would send it again
 * @param delay how long each piece of at most 64 KiB is held back; pieces follow each other, so
 *     that it limits the throughput as well
 * @param bytesPerSecond bandwidth of each direction of each connection; 0 for no limit
 */
public record TcpFault(boolean silent, Duration delay, long bytesPerSecond) {
  /** Everything goes through at once. */
  public static final TcpFault NONE = new TcpFault(false, Duration.ZERO, 0);

  /** Nothing goes through. */
  public static final TcpFault CUT = new TcpFault(true, Duration.ZERO, 0);

  public TcpFault {
    Objects.requireNonNull(delay, "delay");
    if (delay.isNegative() || bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "delay %s and bandwidth %d must not be negative".formatted(delay, bytesPerSecond));
    }
  }

  /** Returns a slow line. */
  public static TcpFault delay(Duration delay) {
    return new TcpFault(false, delay, 0);
  }

  /** Returns a narrow line. */
  public static TcpFault bandwidth(long bytesPerSecond) {
    return new TcpFault(false, Duration.ZERO, bytesPerSecond);
  }

  /** Returns how long a piece of so many bytes is held back. */
  long nanosFor(int bytes) {
    long transfer = bytesPerSecond == 0 ? 0 : (long) (bytes * 1e9 / bytesPerSecond);
    return delay.toNanos() + transfer;
  }
}
