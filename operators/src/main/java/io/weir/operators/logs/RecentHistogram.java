package io.weir.operators.logs;

import java.util.Arrays;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;

/**
 * Histogram over the latest values, cheap enough for every record: an update is one array store.
 * One thread writes; a reporter that reads at the same time may see a value twice or miss one,
 * which a statistic over thousands bears.
 */
final class RecentHistogram implements Histogram {
  /** A power of two, so that the place of a value is found without a division. */
  static final int WINDOW = 4096;

  private final long[] values = new long[WINDOW];
  private long count;

  @Override
  public void update(long value) {
    values[(int) (count & (WINDOW - 1))] = value;
    count++;
  }

  @Override
  public long getCount() {
    return count;
  }

  @Override
  public HistogramStatistics getStatistics() {
    long[] sorted = Arrays.copyOf(values, (int) Math.min(count, WINDOW));
    Arrays.sort(sorted);
    return new SortedStatistics(sorted);
  }

  private static final class SortedStatistics extends HistogramStatistics {
    private final long[] sorted;

    SortedStatistics(long[] sorted) {
      this.sorted = sorted;
    }

    @Override
    public double getQuantile(double quantile) {
      if (sorted.length == 0) {
        return 0;
      }
      int rank = (int) Math.ceil(quantile * sorted.length);
      return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
    }

    @Override
    public long[] getValues() {
      return sorted.clone();
    }

    @Override
    public int size() {
      return sorted.length;
    }

    @Override
    public double getMean() {
      return Arrays.stream(sorted).average().orElse(0);
    }

    @Override
    public double getStdDev() {
      double mean = getMean();
      double squares = Arrays.stream(sorted).mapToDouble(v -> (v - mean) * (v - mean)).sum();
      return sorted.length < 2 ? 0 : Math.sqrt(squares / (sorted.length - 1));
    }

    @Override
    public long getMax() {
      return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    }

    @Override
    public long getMin() {
      return sorted.length == 0 ? 0 : sorted[0];
    }
  }
}
