package io.weir.operators.alerts;

import java.util.HashMap;
import java.util.Map;

/**
 * What came for a group within {@value #MILLIS} milliseconds. Changes in place, because it is
 * touched for every point.
 */
public final class Bucket {
  /** Length of a bucket; windows and distances of evaluations are multiples of it. */
  public static final long MILLIS = 15_000;

  public double sum;
  public long count;
  public double min = Double.POSITIVE_INFINITY;
  public double max = Double.NEGATIVE_INFINITY;
  public double first;
  public long firstMillis = Long.MAX_VALUE;
  public double last;
  public long lastMillis = Long.MIN_VALUE;

  /** Counters: growth from the first value to the last, restarts of the counter included. */
  public double increase;

  /** Counters: whether the first value of all grew from zero. */
  public boolean fromZero;

  /** How many values there are of each {@link QuantileScale} index; null where nobody asks. */
  public Map<Integer, Long> scale;

  /** Returns the end of the bucket to which a time belongs. */
  static long endOf(long millis) {
    return -Math.floorDiv(-millis, MILLIS) * MILLIS;
  }

  void add(RoutedPoint point) {
    double value = point.value();
    long millis = point.timestampMillis();
    if (point.shape() == RoutedPoint.Shape.COUNTER) {
      grow(value, millis);
    }
    sum += value;
    count++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (millis >= lastMillis) {
      last = value;
      lastMillis = millis;
    }
    if (millis < firstMillis) {
      first = value;
      firstMillis = millis;
    }
    if (point.shape() == RoutedPoint.Shape.QUANTILES) {
      if (scale == null) {
        scale = new HashMap<>();
      }
      scale.merge(QuantileScale.indexOf(value), 1L, Long::sum);
    }
  }

  /** A value between the first and the last says nothing new about a total that only grows. */
  private void grow(double value, long millis) {
    if (count == 0) {
      return;
    }
    if (millis >= lastMillis) {
      increase += growth(last, value);
    } else if (millis < firstMillis) {
      increase += growth(value, first);
    }
  }

  /** Returns how much a counter grew between two values; a fall means that it began again. */
  static double growth(double before, double after) {
    return after >= before ? after - before : after;
  }
}
