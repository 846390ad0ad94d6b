package io.weir.gateway.series;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Times at equal distances.
 *
 * @param start the first
 * @param step from one to the next
 * @param size how many
 */
public record TimeGrid(Instant start, Duration step, int size) {
  public TimeGrid {
    Objects.requireNonNull(start, "start");
    if (step.isZero() || step.isNegative() || size < 1) {
      throw new IllegalArgumentException("step " + step + ", size " + size);
    }
  }

  /** Returns the time with a number, the first of which is 0. */
  public Instant at(int index) {
    return start.plus(step.multipliedBy(index));
  }

  /** Returns the last time. */
  public Instant end() {
    return at(size - 1);
  }

  /** Returns the number of a time that is on the grid. */
  public int indexOf(Instant time) {
    return (int) (Duration.between(start, time).toMillis() / step.toMillis());
  }
}
