package io.weir.harness.e2e;

import java.util.Collection;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;

/** A job under way, its metrics and its end. */
public final class SinkJob {
  private final JobClient client;
  private final InMemoryReporter metrics;
  private final String group;

  SinkJob(JobClient client, InMemoryReporter metrics, String group) {
    this.client = client;
    this.metrics = metrics;
    this.group = group;
  }

  /**
   * Waits for the end of the input.
   *
   * @throws Exception why the job failed, if it did
   */
  public SinkJob awaitEnd() throws Exception {
    client.getJobExecutionResult().get();
    return this;
  }

  public boolean isRunning() throws Exception {
    return client.getJobStatus().get() == JobStatus.RUNNING;
  }

  void cancelIfRunning() throws Exception {
    if (!client.getJobStatus().get().isGloballyTerminalState()) {
      client.cancel().get();
    }
  }

  /** Returns the highest value of a gauge of the sink over attempts, 0 while there is none. */
  public long gauge(String name) {
    return found(name).stream()
        .mapToLong(metric -> ((Number) ((Gauge<?>) metric).getValue()).longValue())
        .max()
        .orElse(0);
  }

  /** Returns a counter of the sink, summed over attempts. */
  public long counter(String name) {
    return found(name).stream().mapToLong(metric -> ((Counter) metric).getCount()).sum();
  }

  private Collection<Metric> found(String name) {
    return metrics.findMetrics(client.getJobID(), ".*\\." + group + "\\." + name).values();
  }
}
