package io.weir.harness.e2e.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.PrometheusNode;
import io.weir.harness.process.ManagedProcess;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From points in Kafka to samples in a real Prometheus. */
@ExtendWith(SharedNodes.class)
class MetricsJobITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void prometheusHoldsExactlyWhatWasMeasuredThoughTheTaskManagerIsKilled(SharedNodes nodes) {
    int windows = 8;
    long window = GeneratedSeries.WINDOW_MILLIS;
    // Behind now: nothing is ahead of Kafka's clock, which would cap it.
    long start = System.currentTimeMillis() / window * window - (windows + 20) * window;
    GeneratedSeries generated = new GeneratedSeries(start, windows);
    int lastHost = GeneratedSeries.HOSTS - 1;
    PrometheusNode prometheus =
        PrometheusNode.builder(nodes.directories()).name("metrics-prometheus").build();
    try (prometheus;
        MetricsPipeline pipeline = new MetricsPipeline(nodes, "metrics-generated")) {
      prometheus.start();
      prometheus.awaitReady();
      pipeline.start(prometheus, 4, 2);
      for (int w = 0; w < windows; w++) {
        pipeline.send(generated.window(w, 0, lastHost));
        if (w == windows / 2) {
          long checkpoints = pipeline.checkpoints();
          await("a checkpoint").atMost(PATIENCE).until(() -> pipeline.checkpoints() > checkpoints);
          ManagedProcess taskManager = nodes.flink().taskManagers().get(0);
          taskManager.kill();
          taskManager.restart();
        }
      }
      pipeline.job().awaitRunning();
      pipeline.send(generated.later(60_000));
      // One host was away and comes back with all that it measured.
      for (int w = 0; w < windows; w++) {
        pipeline.send(generated.window(w, lastHost, lastHost + 1));
      }
      pipeline.send(generated.later(180_000));

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
    }
  }

  @Test
  void historyKeepsItsShape(SharedNodes nodes) throws IOException {
    Path file =
        HarnessLayout.find()
            .root()
            .resolve("../shared/data/nab-metrics/ec2_cpu_utilization_24ae8d.csv");
    assumeTrue(Files.exists(file), "no " + file + ": NAB's CloudWatch series are not there");
    TreeMap<Long, Double> measured = new TreeMap<>();
    for (String line : Files.readAllLines(file).subList(1, 2001)) {
      String[] cells = line.split(",", -1);
      LocalDateTime time = LocalDateTime.parse(cells[0].replace(' ', 'T'));
      measured.put(time.toInstant(ZoneOffset.UTC).toEpochMilli(), Double.parseDouble(cells[1]));
    }
    List<MetricPoint> points = new ArrayList<>();
    measured.forEach(
        (time, value) ->
            points.add(
                new MetricPoint(
                    "nab_cpu", value, time, Map.of("instance", "24ae8d"), MetricType.GAUGE)));
    long end = measured.lastKey() + 60_000;
    points.add(new MetricPoint("nab_cpu", 0, end, Map.of("instance", "clock"), MetricType.GAUGE));
    PrometheusNode prometheus =
        PrometheusNode.builder(nodes.directories()).name("history-prometheus").build();
    try (prometheus;
        MetricsPipeline pipeline = new MetricsPipeline(nodes, "metrics-history")) {
      prometheus.start();
      prometheus.awaitReady();
      // All points have one key, so that one of two partitions is idle: it must not hold time up.
      pipeline.start(prometheus.remoteWriteUri(), 2, 1, Map.of("metrics.idle-after", "2 s"));
      pipeline.send(points);

      TreeMap<Long, Double> expected = new TreeMap<>();
      long window = GeneratedSeries.WINDOW_MILLIS;
      measured.forEach((time, value) -> expected.put((time / window + 1) * window, value));
      await("2,000 samples of 2014")
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          GeneratedSeries.samples(
                              prometheus.query("nab_cpu{instance=\"24ae8d\"}[8d]", end)))
                      .containsExactly(Map.entry("nab_cpu null", expected)));
    }
  }
}
