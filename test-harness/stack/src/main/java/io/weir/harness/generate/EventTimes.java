package io.weir.harness.generate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Event times of generated records, in whole microseconds as most logging libraries write them. */
@FunctionalInterface
public interface EventTimes {

  /** Returns the event time of the record with this index, in nanoseconds since the epoch. */
  long nanosOf(long index);

  /** Returns times read from a clock when a record is made. */
  static EventTimes from(Clock clock) {
    return index -> micros(clock.instant());
  }

  /** Returns times that do not depend on when the program runs: a start and a fixed step. */
  static EventTimes steps(Instant start, Duration step) {
    long first = micros(start);
    long stepNanos = step.toNanos();
    return index -> (first + index * stepNanos) / 1000 * 1000L;
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano() / 1000 * 1000L;
  }
}
