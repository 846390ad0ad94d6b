package io.weir.harness.e2e.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.PrometheusNode;
import io.weir.harness.node.VictoriaMetricsNode;
import io.weir.model.metric.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads back every sample of a metric, as it was stored. */
final class StoredSamples {
  private StoredSamples() {}

  /** Returns the samples that Prometheus has of a metric within two days, in order of time. */
  static List<Sample> of(PrometheusNode prometheus, String metric) {
    List<Sample> samples = new ArrayList<>();
    for (JsonNode series : prometheus.query("{__name__=\"" + metric + "\"}[60h]")) {
      Map<String, String> labels = labels(series);
      for (JsonNode point : series.path("values")) {
        samples.add(
            new Sample(
                metric,
                labels,
                number(point.get(1).asText()),
                Math.round(point.get(0).asDouble() * 1_000)));
      }
    }
    return sorted(samples);
  }

  /** Returns the samples that VictoriaMetrics has of a metric, in order of time, repeats once. */
  static List<Sample> of(VictoriaMetricsNode node, String metric) {
    List<Sample> samples = new ArrayList<>();
    for (JsonNode series : node.export("{__name__=\"" + metric + "\"}")) {
      Map<String, String> labels = labels(series);
      for (int i = 0; i < series.path("values").size(); i++) {
        samples.add(
            new Sample(
                metric,
                labels,
                series.path("values").get(i).asDouble(),
                series.path("timestamps").get(i).asLong()));
      }
    }
    return sorted(samples).stream().distinct().toList();
  }

  private static List<Sample> sorted(List<Sample> samples) {
    samples.sort(Comparator.comparingLong(Sample::timestampMillis).thenComparing(Sample::value));
    return samples;
  }

  private static Map<String, String> labels(JsonNode series) {
    Map<String, String> labels = new HashMap<>();
    series
        .path("metric")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    labels.remove("__name__");
    return labels;
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
