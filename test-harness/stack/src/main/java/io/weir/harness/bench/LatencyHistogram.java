package io.weir.harness.bench;

import java.util.Locale;

/**
 * Very many durations in little memory: each bucket is 1/32 wider than the one before, so a
 * percentile is at most about 3 % too high. Thread-safe.
 */
final class LatencyHistogram {
  private static final int SUB = 32;
  private static final int BUCKETS = 64 * SUB;

  private long[] counts = new long[BUCKETS];
  private long count;
  private long max;

  synchronized void add(long nanos) {
    counts[bucket(nanos)]++;
    count++;
    max = Math.max(max, nanos);
  }

  /** Returns what was added so far and begins anew. */
  synchronized LatencyHistogram take() {
    LatencyHistogram taken = new LatencyHistogram();
    taken.counts = counts;
    taken.count = count;
    taken.max = max;
    counts = new long[BUCKETS];
    count = 0;
    max = 0;
    return taken;
  }

  synchronized long count() {
    return count;
  }

  /** Returns the nearest-rank percentile in milliseconds. */
  synchronized double millis(double share) {
    long rank = (long) Math.ceil(share * count);
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return Math.min(max, upperBound(i)) / 1e6;
      }
    }
    return 0;
  }

  String describe() {
    return String.format(
        Locale.ROOT,
        "p50 %.0f ms   p95 %.0f ms   p99 %.0f ms   p99.9 %.0f ms   max %.0f ms",
        millis(0.50),
        millis(0.95),
        millis(0.99),
        millis(0.999),
        millis(1.0));
  }

  private static int bucket(long nanos) {
    long value = Math.max(0, nanos);
    if (value < SUB) {
      return (int) value;
    }
    int shift = 63 - Long.numberOfLeadingZeros(value) - 5;
    return Math.min(BUCKETS - 1, (shift + 1) * SUB + (int) (value >>> shift) - SUB);
  }

  private static long upperBound(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int shift = bucket / SUB - 1;
    return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
  }
}
