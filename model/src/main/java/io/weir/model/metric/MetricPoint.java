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
    if (tags.isEmpty()) {
      return metric;
    }
    StringBuilder series = new StringBuilder(metric).append('{');
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      if (series.charAt(series.length() - 1) != '{') {
        series.append(',');
      }
      series.append(tag.getKey()).append("=\"");
      appendEscaped(tag.getValue(), series);
      series.append('"');
    }
    return series.append('}').toString();
  }

  private static void appendEscaped(String value, StringBuilder to) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> to.append("\\\\");
        case '"' -> to.append("\\\"");
        case '\n' -> to.append("\\n");
        default -> to.append(c);
      }
    }
  }
}
