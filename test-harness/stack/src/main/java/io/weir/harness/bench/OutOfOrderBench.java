package io.weir.harness.bench;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.metric.Sample;
import io.weir.sinks.prometheus.SeriesSample;
import io.weir.sinks.prometheus.WriteRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What Prometheus' out-of-order window costs in memory: half an hour of samples in order into one
 * without a window and into one with 48 hours, and then into the latter half an hour of backlog
 * that is three hours old.
 */
final class OutOfOrderBench {
  private static final Duration WINDOW = Duration.ofHours(48);
  private static final long STEP_MILLIS = 15_000;
  private static final int STEPS = 120;
  private static final Duration BEHIND = Duration.ofHours(3);
  private static final int BATCH = 5_000;

  /** Far above what is needed, so that no collector works harder because of it. */
  private static final int MEMORY = 8_192;

  private final Path home;
  private final int series;
  private final PrintStream out;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  OutOfOrderBench(Path home, Arguments arguments, PrintStream out) {
    this.home = home;
    this.series = Math.toIntExact(arguments.number("series", 20_000));
    this.out = out;
  }

  void run() throws IOException, InterruptedException {
    out.printf(
        Locale.ROOT,
        "%n%,d series, %d samples each and step%n%-42s %12s %12s %12s%n",
        series,
        STEPS,
        "",
        "resident MB",
        "Go heap MB",
        "head chunks");
    try (PrometheusNode none = node("in-order", Duration.ZERO)) {
      start(none);
      show("started, no window", none);
      send(none, System.currentTimeMillis());
      show("in order, no window", none);
    }
    try (PrometheusNode wide = node("out-of-order", WINDOW)) {
      start(wide);
      long now = System.currentTimeMillis();
      send(wide, now);
      show("in order, window of 48 h", wide);
      send(wide, now - BEHIND.toMillis());
      show("and a backlog that is 3 h old", wide);
    }
  }

  private PrometheusNode node(String name, Duration window) {
    return PrometheusNode.builder(NodeDirectories.under(home))
        .name(name)
        .heapMegabytes(MEMORY)
        .outOfOrderWindow(window)
        .build();
  }

  private static void start(PrometheusNode node) {
    node.start();
    node.awaitReady();
  }

  /** Sends a sample of every series for each step up to a time. */
  private void send(PrometheusNode node, long untilMillis)
      throws IOException, InterruptedException {
    List<SeriesSample> batch = new ArrayList<>(BATCH);
    for (int step = STEPS - 1; step >= 0; step--) {
      long time = untilMillis - step * STEP_MILLIS;
      for (int i = 0; i < series; i++) {
        Map<String, String> tags =
            Map.of("host", "host-" + i / 50, "service", "service-" + i % 100, "n", "" + i % 50);
        batch.add(SeriesSample.of(new Sample("bench_" + i % 50, tags, step + i, time)));
        if (batch.size() == BATCH) {
          post(node.remoteWriteUri(), batch);
          batch.clear();
        }
      }
    }
    if (!batch.isEmpty()) {
      post(node.remoteWriteUri(), batch);
    }
  }

  private void post(URI uri, List<SeriesSample> batch) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(WriteRequest.body(batch)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("POST " + uri + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  private void show(String what, PrometheusNode node) throws IOException, InterruptedException {
    String metrics =
        client
            .send(
                HttpRequest.newBuilder(node.uri().resolve("/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    out.printf(
        Locale.ROOT,
        "%-42s %,12d %,12d %,12d%n",
        what,
        node.process().residentBytes() >> 20,
        (long) value(metrics, "go_memstats_heap_inuse_bytes") >> 20,
        (long) value(metrics, "prometheus_tsdb_head_chunks"));
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }
}
