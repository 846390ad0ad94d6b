package io.weir.harness.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;
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

  /** Returns a counter of the sink in the job's last attempt. */
  public long counterOfLastAttempt(String name) {
    return lastAttempt(inSink(name));
  }

  /** Returns how many documents the sink has sent in the job's last attempt, repeats included. */
  public long sentInLastAttempt() {
    return lastAttempt(".*\\.numRecordsSend");
  }

  private long lastAttempt(String identifier) {
    SortedMap<Integer, List<Metric>> attempts = attempts(identifier);
    return attempts.get(attempts.lastKey()).stream()
        .mapToLong(metric -> ((Counter) metric).getCount())
        .sum();
  }

  private List<Metric> found(String name) {
    return attempts(inSink(name)).values().stream().flatMap(List::stream).toList();
  }

  private String inSink(String name) {
    return ".*\\." + group + "\\." + name;
  }

  /** By groups and not by names, which those of two attempts share. */
  private SortedMap<Integer, List<Metric>> attempts(String identifier) {
    Pattern pattern = Pattern.compile(identifier);
    String job = client.getJobID().toHexString();
    SortedMap<Integer, List<Metric>> attempts = new TreeMap<>();
    metrics
        .getMetricsByGroup()
        .forEach(
            (scope, ofGroup) -> {
              Map<String, String> variables = scope.getAllVariables();
              if (!job.equals(variables.get(ScopeFormat.SCOPE_JOB_ID))) {
                return;
              }
              ofGroup.forEach(
                  (name, metric) -> {
                    if (pattern.matcher(scope.getMetricIdentifier(name)).matches()) {
                      int attempt =
                          Integer.parseInt(variables.get(ScopeFormat.SCOPE_TASK_ATTEMPT_NUM));
                      attempts.computeIfAbsent(attempt, a -> new ArrayList<>()).add(metric);
                    }
                  });
            });
    return attempts;
  }
}
