package io.weir.model.metric;

import java.util.Map;
import java.util.Objects;

/**
 * One value of one series. A series is the metric's name and its tags.
 *
 * @param metric name of the metric, normalised; see {@link MetricNames}
 * @param value a finite number
 * @param timestampMillis epoch milliseconds
 * @param tags normalised names and values that are not empty; iterates in order of the names
 * @param type what the value means
 */
public record MetricPoint(
    String metric, double value, long timestampMillis, Map<String, String> tags, MetricType type) {

  public MetricPoint {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(type, "type");
    // Sorted here and not by the caller, because a serializer may bring back a map of its own kind.
    tags = Tags.sorted(tags);
  }

  /**
   * Returns the text of the series: {@code name{tag="value",...}}, tags in order, with Prometheus'
   * escapes. Equal for equal series only.
   */
  public String series() {
    return Tags.series(metric, tags);
  }
}
