package io.weir.gateway.otlp;

import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.weir.model.metric.MetricType;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes classic histograms, as Prometheus knows them, of OTLP's: {@code _bucket} with the upper
 * bound as the tag {@code le}, {@code _sum} and {@code _count}, which are counters or, where the
 * exporter sends increases, deltas; {@code _min} and {@code _max} are gauges.
 */
final class HistogramPoints {
  private static final String BUCKET = "_bucket";
  private static final String SUM = "_sum";
  private static final String COUNT = "_count";
  private static final String LE = "le";
  private static final String INFINITY = "+Inf";
  private static final String QUANTILE = "quantile";

  /** Far more than 160, the usual maximum; bounds what one data point unfolds into. */
  private static final int MAX_BUCKETS = 1000;

  private static final int MAX_SCALE = 20;
  private static final int MIN_SCALE = -10;

  private HistogramPoints() {}

  /** Adds the series of a histogram with explicit bounds. */
  static void explicit(HistogramDataPoint histogram, MetricType type, PointBuilder to)
      throws RejectedPointException {
    int bounds = histogram.getExplicitBoundsCount();
    int counts = histogram.getBucketCountsCount();
    if (counts != 0 && counts != bounds + 1) {
      throw new RejectedPointException(
          "invalid_buckets", bounds + " bounds make one bucket more, and " + counts + " are there");
    }
    if (counts > MAX_BUCKETS) {
      throw tooMany();
    }
    long total = 0;
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < counts - 1; i++) {
      double bound = histogram.getExplicitBounds(i);
      if (!(bound > before) || Double.isInfinite(bound)) {
        throw new RejectedPointException("invalid_buckets", "the bounds do not rise");
      }
      before = bound;
      total = plus(total, histogram.getBucketCounts(i));
      to.add(BUCKET, total, type, LE, number(bound));
    }
    if (counts > 0) {
      total = plus(total, histogram.getBucketCounts(counts - 1));
      same(total, histogram.getCount());
    }
    ends(
        to,
        type,
        histogram.getCount(),
        histogram.hasSum() ? histogram.getSum() : null,
        histogram.hasMin() ? histogram.getMin() : null,
        histogram.hasMax() ? histogram.getMax() : null);
  }

  /**
   * Adds the series of an exponential histogram, its buckets merged up to the powers of two. That
   * is exact, keeps the bounds of a series the same whatever scale the exporter moves to, and is as
   * fine as the usual explicit bounds.
   */
  static void exponential(ExponentialHistogramDataPoint histogram, MetricType type, PointBuilder to)
      throws RejectedPointException {
    int scale = histogram.getScale();
    if (scale > MAX_SCALE || scale < MIN_SCALE) {
      throw new RejectedPointException("invalid_buckets", "scale " + scale + " is not usual");
    }
    TreeMap<Double, Long> upTo = new TreeMap<>();
    // Below zero the bucket of index i ends at -2^i: it has the values from -2^(i+1) to there.
    octaves(histogram.getNegative(), scale, false)
        .forEach((octave, count) -> upTo.put(-Math.scalb(1.0, octave), count));
    if (histogram.getZeroCount() != 0 || histogram.getZeroThreshold() > 0) {
      upTo.merge(Math.max(0, histogram.getZeroThreshold()), histogram.getZeroCount(), Long::sum);
    }
    octaves(histogram.getPositive(), scale, true)
        .forEach((octave, count) -> upTo.merge(Math.scalb(1.0, octave + 1), count, Long::sum));
    if (upTo.size() > MAX_BUCKETS) {
      throw tooMany();
    }
    long total = 0;
    for (Map.Entry<Double, Long> bucket : upTo.entrySet()) {
      total = plus(total, bucket.getValue());
      if (Double.isFinite(bucket.getKey())) {
        to.add(BUCKET, total, type, LE, number(bucket.getKey()));
      }
    }
    same(total, histogram.getCount());
    ends(
        to,
        type,
        histogram.getCount(),
        histogram.hasSum() ? histogram.getSum() : null,
        histogram.hasMin() ? histogram.getMin() : null,
        histogram.hasMax() ? histogram.getMax() : null);
  }

  /**
   * Returns counts by octave: of k are the absolute values above 2^k up to 2^(k+1).
   *
   * @param last of the octaves of a coarser bucket, whether the last one stands for it
   */
  private static TreeMap<Integer, Long> octaves(Buckets buckets, int scale, boolean last)
      throws RejectedPointException {
    TreeMap<Integer, Long> octaves = new TreeMap<>();
    for (int i = 0; i < buckets.getBucketCountsCount(); i++) {
      long index = (long) buckets.getOffset() + i;
      // Finer buckets lie within one octave.
      long coarse = last ? ((index + 1) << -scale) - 1 : index << -scale;
      long octave = scale >= 0 ? index >> scale : coarse;
      long count = buckets.getBucketCounts(i);
      if (octave < Double.MIN_EXPONENT - 52 || octave > Double.MAX_EXPONENT) {
        if (count != 0) {
          throw new RejectedPointException("invalid_buckets", "a bucket is beyond all numbers");
        }
        continue;
      }
      octaves.merge((int) octave, count, Long::sum);
    }
    return octaves;
  }

  /** Adds the series of a summary; its quantiles are gauges. */
  static void summary(SummaryDataPoint summary, PointBuilder to) throws RejectedPointException {
    if (summary.getQuantileValuesCount() > MAX_BUCKETS) {
      throw tooMany();
    }
    for (SummaryDataPoint.ValueAtQuantile quantile : summary.getQuantileValuesList()) {
      if (Double.isNaN(quantile.getValue())) {
        continue; // nothing was observed lately
      }
      to.add("", quantile.getValue(), MetricType.GAUGE, QUANTILE, number(quantile.getQuantile()));
    }
    to.add(COUNT, unsigned(summary.getCount()), MetricType.COUNTER);
    sum(to, MetricType.COUNTER, summary.getSum());
  }

  private static void ends(
      PointBuilder to, MetricType type, long count, Double sum, Double min, Double max)
      throws RejectedPointException {
    to.add(BUCKET, unsigned(count), type, LE, INFINITY);
    to.add(COUNT, unsigned(count), type);
    if (sum != null) {
      sum(to, type, sum);
    }
    if (min != null && Double.isFinite(min)) {
      to.add("_min", min, MetricType.GAUGE);
    }
    if (max != null && Double.isFinite(max)) {
      to.add("_max", max, MetricType.GAUGE);
    }
  }

  /** A sum of observations that can be negative does not only grow. */
  private static void sum(PointBuilder to, MetricType type, double sum)
      throws RejectedPointException {
    if (sum < 0 && type == MetricType.DELTA) {
      throw new RejectedPointException(
          "invalid_value", "the sum of an increase is negative; send it cumulative");
    }
    to.add(SUM, sum, sum < 0 ? MetricType.GAUGE : type);
  }

  private static long plus(long total, long count) throws RejectedPointException {
    if (count < 0 || total + count < 0) {
      throw new RejectedPointException("invalid_buckets", "the counts are too large");
    }
    return total + count;
  }

  private static void same(long total, long count) throws RejectedPointException {
    if (total != count) {
      throw new RejectedPointException(
          "invalid_buckets",
          "the buckets have " + total + " values, the histogram " + Long.toUnsignedString(count));
    }
  }

  private static double unsigned(long count) {
    return count >= 0 ? count : new BigDecimal(Long.toUnsignedString(count)).doubleValue();
  }

  private static RejectedPointException tooMany() {
    return new RejectedPointException("invalid_buckets", "more than " + MAX_BUCKETS + " buckets");
  }

  /** Returns a number as Prometheus writes it in tags: no exponent, no needless zeros. */
  static String number(double value) throws RejectedPointException {
    if (!Double.isFinite(value)) {
      throw new RejectedPointException("invalid_buckets", "a bound or quantile is not finite");
    }
    if (value == 0) {
      return "0";
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
