package io.weir.operators.alerts;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.metric.Aggregation;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes one number of what came for a group within a window {@code (end - window, end]}. Counters
 * count for each series first, from the last value before the window to the last one in it; then
 * series are summed; then the two sides of a ratio are divided.
 */
final class Measure {
  private final AlertRule rule;
  private final long fromMillis;
  private final long endMillis;
  private final Side value = new Side();
  private final Side denominator = new Side();

  private Measure(AlertRule rule, long endMillis) {
    this.rule = rule;
    this.endMillis = endMillis;
    this.fromMillis = endMillis - rule.windowSeconds() * 1000;
  }

  /** Returns what was measured, or null where there was no data. */
  static Double of(AlertRule rule, long endMillis, Iterable<Map.Entry<BucketKey, Bucket>> buckets) {
    Measure measure = new Measure(rule, endMillis);
    for (Map.Entry<BucketKey, Bucket> bucket : buckets) {
      measure.add(bucket.getKey(), bucket.getValue());
    }
    return finite(measure.result());
  }

  /** Sums and ratios of finite numbers may not be: beyond all numbers is as far as there is one. */
  private static Double finite(Double value) {
    if (value == null || value.isNaN()) {
      return null;
    }
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
  }

  private void add(BucketKey key, Bucket bucket) {
    if (key.endMillis() > endMillis) {
      return;
    }
    Side side = key.denominator() ? denominator : value;
    if (!key.series().isEmpty()) {
      side.series.computeIfAbsent(key.series(), s -> new TreeMap<>()).put(key.endMillis(), bucket);
    } else if (key.endMillis() > fromMillis) {
      side.add(bucket);
    }
  }

  private Double result() {
    if (rule.kind() == Kind.LOG_MATCH) {
      // A counter is written when an event matches: nothing written is nothing matched.
      Double matches = value.increase(fromMillis);
      return matches == null ? 0.0 : matches;
    }
    Double above = aggregate(value);
    if (rule.denominator() == null) {
      return above;
    }
    Double below = aggregate(denominator);
    if (below == null || below == 0) {
      return null;
    }
    return (above == null ? 0 : above) / below;
  }

  private Double aggregate(Side side) {
    Aggregation aggregation = rule.aggregation();
    if (aggregation == Aggregation.RATE) {
      Double increase = side.increase(fromMillis);
      return increase == null ? null : increase / rule.windowSeconds();
    }
    if (side.count == 0) {
      return null;
    }
    return switch (aggregation) {
      case AVG -> side.sum / side.count;
      case SUM, RATE -> side.sum;
      case MIN -> side.min;
      case MAX -> side.max;
      case COUNT -> (double) side.count;
      case LAST -> side.last;
      case P50 -> side.quantile(0.5);
      case P90 -> side.quantile(0.9);
      case P95 -> side.quantile(0.95);
      case P99 -> side.quantile(0.99);
    };
  }

  /** One side of a ratio. */
  private static final class Side {
    private final Map<String, TreeMap<Long, Bucket>> series = new HashMap<>();
    private final TreeMap<Integer, Long> scale = new TreeMap<>();
    private double sum;
    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double last;
    private long lastMillis = Long.MIN_VALUE;

    void add(Bucket bucket) {
      sum += bucket.sum;
      count += bucket.count;
      min = Math.min(min, bucket.min);
      max = Math.max(max, bucket.max);
      if (bucket.lastMillis >= lastMillis) {
        last = bucket.last;
        lastMillis = bucket.lastMillis;
      }
      if (bucket.scale != null) {
        bucket.scale.forEach((index, values) -> scale.merge(index, values, Long::sum));
      }
    }

    double quantile(double quantile) {
      // The scale is accurate to 1 %, but what was greatest and least is known exactly.
      return Math.max(min, Math.min(max, QuantileScale.quantile(scale, quantile)));
    }

    /** Returns the growth of all series, and what came as increases; null if there was neither. */
    Double increase(long fromMillis) {
      double total = sum;
      boolean known = count > 0;
      for (TreeMap<Long, Bucket> buckets : series.values()) {
        Bucket before = null;
        for (Map.Entry<Long, Bucket> entry : buckets.entrySet()) {
          Bucket bucket = entry.getValue();
          if (entry.getKey() > fromMillis) {
            total += bucket.increase;
            if (before != null) {
              total += Bucket.growth(before.last, bucket.first);
            } else if (bucket.fromZero) {
              total += bucket.first;
            }
            known |= before != null || bucket.fromZero || bucket.count > 1;
          }
          before = bucket;
        }
      }
      return known ? total : null;
    }
  }
}
