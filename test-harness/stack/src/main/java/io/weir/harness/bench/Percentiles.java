package io.weir.harness.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Collects durations and tells their percentiles. Thread-safe. */
final class Percentiles {
  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

  void add(long duration) {
    nanos.add(duration);
  }

  int count() {
    return nanos.size();
  }

  /** Returns count, p50, p95, p99 and the greatest, in milliseconds. */
  String describe() {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    if (sorted.length == 0) {
      return "none";
    }
    return String.format(
        Locale.ROOT,
        "%,6d requests   p50 %7.1f ms   p95 %7.1f ms   p99 %7.1f ms   max %7.1f ms",
        sorted.length,
        at(sorted, 0.50),
        at(sorted, 0.95),
        at(sorted, 0.99),
        at(sorted, 1.0));
  }

  /** The nearest-rank percentile. */
  private static double at(long[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)] / 1e6;
  }

  @Override
  public String toString() {
    return Arrays.toString(nanos.toArray());
  }
}
