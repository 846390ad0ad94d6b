package io.weir.sinks.support;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;

/** The latest values of a measurement, for percentiles. */
public final class LatencyHistogram implements Histogram {
  private final long[] latest;
  private long count;

  /**
   * Makes a histogram.
   *
   * @param size how many values it keeps
   */
  public LatencyHistogram(int size) {
    latest = new long[size];
  }

  @Override
  public synchronized void update(long value) {
    latest[(int) (count % latest.length)] = value;
    count++;
  }

  @Override
  public synchronized long getCount() {
    return count;
  }

  @Override
  public synchronized HistogramStatistics getStatistics() {
    long[] values = Arrays.copyOf(latest, (int) Math.min(count, latest.length));
    Arrays.sort(values);
    return new Sorted(values);
  }

  private static final class Sorted extends HistogramStatistics implements Serializable {
    private static final long serialVersionUID = 1;

    private final long[] values;

    private Sorted(long[] values) {
      this.values = values;
    }

    @Override
    public double getQuantile(double quantile) {
      if (values.length == 0) {
        return 0;
      }
      int rank = (int) Math.ceil(quantile * values.length) - 1;
      return values[Math.max(0, Math.min(values.length - 1, rank))];
    }

    @Override
    public long[] getValues() {
      return values.clone();
    }

    @Override
    public int size() {
      return values.length;
    }

    @Override
    public double getMean() {
      return Arrays.stream(values).average().orElse(0);
    }

    @Override
    public double getStdDev() {
      double mean = getMean();
      return Math.sqrt(
          Arrays.stream(values).mapToDouble(v -> (v - mean) * (v - mean)).average().orElse(0));
    }

    @Override
    public long getMax() {
      return values.length == 0 ? 0 : values[values.length - 1];
    }

    @Override
    public long getMin() {
      return values.length == 0 ? 0 : values[0];
    }
  }
}
