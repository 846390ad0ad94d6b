package io.weir.jobs.bench;

import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Keeps hold of the metrics of the jobs in this JVM, also when they have ended. */
public final class BenchReporter implements MetricReporter {
  private static final Queue<Named> METRICS = new ConcurrentLinkedQueue<>();

  private record Named(String name, Metric metric) {}

  /** For Flink, which finds it by its name. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new BenchReporter();
    }
  }

  static void forget() {
    METRICS.clear();
  }

  /** Returns the sum of a counter over all tasks. */
  static long sum(String counter) {
    return METRICS.stream()
        .filter(named -> named.name().equals(counter))
        .mapToLong(named -> ((Counter) named.metric()).getCount())
        .sum();
  }

  /** Returns how many tasks have a gauge at a value. */
  static long count(String gauge, Object value) {
    return METRICS.stream()
        .filter(named -> named.name().equals(gauge))
        .filter(named -> ((Gauge<?>) named.metric()).getValue().equals(value))
        .count();
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    METRICS.add(new Named(name, metric));
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
