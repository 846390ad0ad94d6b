package io.weir.operators.alerts;

import java.util.Map;
import java.util.TreeMap;

/**
 * The logarithmic scale of DDSketch: every value gets the index of an interval whose bounds differ
 * by 2 %, so that a quantile found by counting indices is within 1 % of the true one, whatever the
 * values are and in whatever order they came.
 *
 * @see <a href="https://arxiv.org/abs/1908.10693">Masson et al., DDSketch</a>
 */
final class QuantileScale {
  private static final double ACCURACY = 0.01;
  private static final double GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
  private static final double LOG_GAMMA = Math.log(GAMMA);

  /** Smaller values count as zero. */
  private static final double SMALLEST = 1e-9;

  /** Keeps the indices of positive numbers positive, so that negative ones can mirror them. */
  private static final int SHIFT = 1 << 20;

  private QuantileScale() {}

  static int indexOf(double value) {
    double size = Math.abs(value);
    if (size < SMALLEST) {
      return 0;
    }
    int index = (int) Math.ceil(Math.log(size) / LOG_GAMMA) + SHIFT;
    return value > 0 ? index : -index;
  }

  static double valueAt(int index) {
    if (index == 0) {
      return 0;
    }
    double size = 2 * Math.pow(GAMMA, Math.abs(index) - SHIFT) / (GAMMA + 1);
    return index > 0 ? size : -size;
  }

  /**
   * Returns a quantile.
   *
   * @param counts how many values there are of each index; at least one
   * @param quantile from 0 to 1
   */
  static double quantile(TreeMap<Integer, Long> counts, double quantile) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    double rank = quantile * (total - 1);
    long before = 0;
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      before += entry.getValue();
      if (before > rank) {
        return valueAt(entry.getKey());
      }
    }
    return valueAt(counts.lastKey());
  }
}
