package io.weir.sinks.support;

import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.connector.base.sink.writer.TestSinkInitContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.MetricsGroupTestUtils;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;

/**
 * Flink's context for sink writers with a clock and metrics of its own; Flink's shares one clock
 * among all tests.
 */
public final class TestingWriterContext extends TestSinkInitContext {
  private final TestProcessingTimeService time = new TestProcessingTimeService();
  private final MetricListener metrics = new MetricListener();
  private final SinkWriterMetricGroup group =
      MetricsGroupTestUtils.mockWriterMetricGroup(metrics.getMetricGroup());

  private final String metricGroup;

  /**
   * Makes a context whose clock stands at 0.
   *
   * @param metricGroup group of the metrics that are asked for
   */
  public TestingWriterContext(String metricGroup) {
    this.metricGroup = metricGroup;
    try {
      time.setCurrentTime(0);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ProcessingTimeService getProcessingTimeService() {
    return time;
  }

  @Override
  public TestProcessingTimeService getTestProcessingTimeService() {
    return time;
  }

  @Override
  public SinkWriterMetricGroup metricGroup() {
    return group;
  }

  /** Runs every mail that is there; throws what a mail throws. */
  public void runMails() throws Exception {
    while (getMailboxExecutor().tryYield()) {
      // until there is none
    }
  }

  public long counter(String... name) {
    return metrics.getCounter(path(name)).map(Counter::getCount).orElseThrow();
  }

  public Object gauge(String name) {
    return metrics.getGauge(path(name)).map(Gauge::getValue).orElseThrow();
  }

  public <T extends Metric> T metric(Class<T> type, String name) {
    return metrics.getMetric(type, path(name)).orElseThrow();
  }

  private String[] path(String... name) {
    String[] path = new String[name.length + 1];
    path[0] = metricGroup;
    System.arraycopy(name, 0, path, 1, name.length);
    return path;
  }
}
