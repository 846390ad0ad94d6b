package io.weir.harness.e2e.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Points of many series in windows of 15 s, and what Prometheus must hold of them. A value is a
 * function of series and window, so that what is expected needs no job.
 */
public final class GeneratedSeries {
  public static final int HOSTS = 32;
  public static final int METRICS = 50;
  public static final long WINDOW_MILLIS = 15_000;
  private static final int POINTS = 3;

  private final long startMillis;
  private final int windows;
  private final Random random = new Random(7);

  /**
   * @param startMillis the beginning of the first window
   */
  public GeneratedSeries(long startMillis, int windows) {
    this.startMillis = startMillis;
    this.windows = windows;
  }

  static MetricType type(int metric) {
    return MetricType.values()[metric % MetricType.values().length];
  }

  public static String metric(int metric) {
    return "generated_" + type(metric).name().toLowerCase(java.util.Locale.ROOT) + "_" + metric;
  }

  /** Points of one window of some hosts, out of order, and some of them twice. */
  public List<MetricPoint> window(int window, int fromHost, int toHost) {
    List<MetricPoint> points = new ArrayList<>();
    for (int metric = 0; metric < METRICS; metric++) {
      for (int host = fromHost; host < toHost; host++) {
        for (int i = 0; i < POINTS; i++) {
          MetricPoint point =
              new MetricPoint(
                  metric(metric),
                  value(metric, host, window, i),
                  startMillis + window * WINDOW_MILLIS + 1 + i * 4_000L + host,
                  tags(host),
                  type(metric));
          points.add(point);
          boolean repeatable =
              type(metric) == MetricType.GAUGE || type(metric) == MetricType.COUNTER;
          if (repeatable && random.nextInt(10) == 0) {
            points.add(point);
          }
        }
      }
    }
    Collections.shuffle(points, random);
    return points;
  }

  /** A point of each metric behind the windows, which moves event time in every partition. */
  public List<MetricPoint> later(long millis) {
    List<MetricPoint> points = new ArrayList<>();
    for (int metric = 0; metric < METRICS; metric++) {
      points.add(
          new MetricPoint(
              metric(metric),
              0,
              startMillis + windows * WINDOW_MILLIS + millis,
              Map.of("host", "clock"),
              type(metric)));
    }
    return points;
  }

  /** What Prometheus must hold of a metric: value by time, by name of series and host. */
  public Map<String, TreeMap<Long, Double>> expected(int metric) {
    Map<String, TreeMap<Long, Double>> expected = new TreeMap<>();
    for (int host = 0; host < HOSTS; host++) {
      double sum = 0;
      for (int window = 0; window < windows; window++) {
        long end = startMillis + (window + 1) * WINDOW_MILLIS;
        for (int i = 0; i < POINTS; i++) {
          sum += value(metric, host, window, i);
        }
        String name = metric(metric);
        switch (type(metric)) {
          case GAUGE, COUNTER ->
              put(expected, name, host, end, value(metric, host, window, POINTS - 1));
          case DELTA -> put(expected, name, host, end, sum);
          case DISTRIBUTION -> {
            put(expected, name + "_sum", host, end, sum);
            put(expected, name + "_count", host, end, (window + 1) * (double) POINTS);
          }
        }
      }
    }
    return expected;
  }

  private static void put(
      Map<String, TreeMap<Long, Double>> to, String name, int host, long time, double value) {
    to.computeIfAbsent(name + " " + hostName(host), key -> new TreeMap<>()).put(time, value);
  }

  /** Whole numbers, so that sums are exact. */
  private static double value(int metric, int host, int window, int i) {
    int base = metric * 7 + host * 3 + 1;
    return switch (type(metric)) {
      case COUNTER -> (double) base * (window * POINTS + i + 1);
      default -> base + (window * 11 + i * 5) % 17;
    };
  }

  /** Returns every sample of a metric and of what is made of it, without quantiles and clocks. */
  public static Map<String, TreeMap<Long, Double>> held(
      PrometheusNode prometheus, String metric, long fromMillis) {
    String selector =
        "{__name__=~\"" + metric + "(_sum|_count)?\",host!=\"clock\",quantile=\"\"}[1h]";
    Map<String, TreeMap<Long, Double>> held = samples(prometheus.query(selector));
    held.values().forEach(series -> series.headMap(fromMillis).clear());
    return held;
  }

  static Map<String, TreeMap<Long, Double>> samples(JsonNode result) {
    Map<String, TreeMap<Long, Double>> held = new TreeMap<>();
    for (JsonNode series : result) {
      JsonNode labels = series.path("metric");
      String name = labels.path("__name__").textValue() + " " + labels.path("host").textValue();
      TreeMap<Long, Double> values = held.computeIfAbsent(name, key -> new TreeMap<>());
      for (JsonNode value : series.path("values")) {
        values.put(
            Math.round(value.get(0).doubleValue() * 1000),
            Double.parseDouble(value.get(1).textValue()));
      }
    }
    return held;
  }

  private static Map<String, String> tags(int host) {
    return Map.of("host", hostName(host));
  }

  private static String hostName(int host) {
    return "host-" + host;
  }
}
