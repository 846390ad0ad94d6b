package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.e2e.metrics.GeneratedSeries;
import io.weir.harness.e2e.metrics.MetricsPipeline;
import io.weir.harness.fault.HttpFaultProxy;
import io.weir.harness.node.PrometheusNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the logs job is put through, for the metrics job: Prometheus is its store. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class MetricsJobFaultsITCase {
  private static final String NAME = "faults-metrics";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Test
  @Scenario(
      id = "metrics-job",
      broken =
          "under the metrics job, in an order of chance: the TaskManager, the JobManager and"
              + " Prometheus are killed, the line to Kafka is cut, Prometheus answers 503 and 429,"
              + " half of its answers are lost, and the job is rescaled from 2 to 4 and to 1",
      correct =
          "Prometheus holds one sample for each series and window, with the value that was measured")
  void prometheusHoldsExactlyWhatWasMeasured(SharedNodes nodes, TestInfo test, @TempDir Path folder)
      throws Exception {
    FaultStack stack = FaultStack.of(nodes);
    stack.mend();
    PrometheusNode prometheus =
        PrometheusNode.builder(stack.directories()).name("faults-prometheus").build();
    try (prometheus;
        HttpFaultProxy front = new HttpFaultProxy(prometheus.uri());
        MetricsPipeline pipeline = new MetricsPipeline(stack.kafka(), stack.flink(), NAME)) {
      prometheus.start();
      prometheus.awaitReady();
      pipeline.start(
          front.uri().resolve("/api/v1/write"),
          4,
          2,
          Map.of("kafka.bootstrap-servers", "127.0.0.1:" + stack.kafkaLine().port()));
      ScenarioJob job = new ScenarioJob(stack, FaultRun.scenario(test), pipeline.job());
      Disturbances faults = new Disturbances(stack, job.random().split());
      List<Disturbance> steps =
          job.shuffled(
              List.of(
                  faults.taskManagerKilled(),
                  job.leaderKilled(faults),
                  faults.kafkaIsCutOff(),
                  faults.killed("Prometheus", prometheus.process(), front),
                  faults.refuses("Prometheus", front, 503),
                  faults.refuses("Prometheus", front, 429),
                  faults.answersAreLost("Prometheus", front),
                  job.rescaled(4, folder),
                  job.rescaled(1, folder)));
      int windows = 3 * steps.size();
      long window = GeneratedSeries.WINDOW_MILLIS;
      // Behind now: nothing is ahead of Kafka's clock, which would cap it.
      long start = System.currentTimeMillis() / window * window - (windows + 40) * window;
      GeneratedSeries generated = new GeneratedSeries(start, windows);
      int lastHost = GeneratedSeries.HOSTS - 1;
      int next = 0;
      for (Disturbance step : steps) {
        pipeline.send(generated.window(next++, 0, lastHost));
        int during = next++;
        job.strike(
            step, job.between(3, 6), () -> pipeline.send(generated.window(during, 0, lastHost)));
        pipeline.job().awaitRunning();
        pipeline.send(generated.window(next++, 0, lastHost));
      }
      pipeline.send(generated.later(60_000));
      // One host was away and comes back with all that it measured.
      for (int w = 0; w < windows; w++) {
        pipeline.send(generated.window(w, lastHost, lastHost + 1));
      }
      pipeline.send(generated.later(180_000));
      long end = System.nanoTime();
      for (int metric = 0; metric < GeneratedSeries.METRICS; metric++) {
        Map<String, TreeMap<Long, Double>> expected = generated.expected(metric);
        String name = GeneratedSeries.metric(metric);
        await(name)
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(GeneratedSeries.held(prometheus, name, start))
                        .containsExactlyEntriesOf(expected));
      }
      assertThat(new KafkaTopic(stack.kafka(), NAME + "-dead-letters").size()).isZero();
      job.figures(
          new KafkaTopic(stack.kafka(), NAME + "-metrics").size(),
          0,
          Duration.ofNanos(System.nanoTime() - end));
    }
  }
}
