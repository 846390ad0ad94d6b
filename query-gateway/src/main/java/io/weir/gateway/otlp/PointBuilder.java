package io.weir.gateway.otlp;

import io.weir.model.metric.MetricNames;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gathers the points that one data point becomes: all of them, or none. */
final class PointBuilder {
  /** Before the year 1973 a number of milliseconds reads as seconds. */
  private static final long MIN_NANOS = 100_000_000_000_000_000L;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final String metric;
  private final long timestampMillis;
  private final Map<String, String> tags;
  private final List<MetricPoint> points = new ArrayList<>();

  PointBuilder(String metric, long timeUnixNano, Map<String, String> tags)
      throws RejectedPointException {
    this.metric = metric;
    this.tags = tags;
    this.timestampMillis = timeUnixNano / NANOS_PER_MILLI;
    if (timeUnixNano == 0) {
      throw new RejectedPointException("invalid_timestamp", "time_unix_nano is missing");
    }
    // The field is unsigned, but Weir's own times end in 2262.
    if (timeUnixNano < MIN_NANOS || timeUnixNano == Long.MAX_VALUE) {
      throw new RejectedPointException(
          "invalid_timestamp",
          Long.toUnsignedString(timeUnixNano) + " ns is not between the years 1973 and 2262");
    }
  }

  /** Adds a point of the metric itself. */
  void add(double value, MetricType type) throws RejectedPointException {
    add("", value, type, tags);
  }

  /** Adds a point of a series that belongs to the metric, with a suffix of its own. */
  void add(String suffix, double value, MetricType type) throws RejectedPointException {
    add(suffix, value, type, tags);
  }

  /** Adds one with a tag more. */
  void add(String suffix, double value, MetricType type, String tag, String text)
      throws RejectedPointException {
    Map<String, String> more = new TreeMap<>(tags);
    more.put(tag, text);
    add(suffix, value, type, more);
  }

  private void add(String suffix, double value, MetricType type, Map<String, String> itsTags)
      throws RejectedPointException {
    if (!Double.isFinite(value)) {
      throw new RejectedPointException("invalid_value", "'" + metric + suffix + "' is not finite");
    }
    if (value < 0 && type != MetricType.GAUGE) {
      throw new RejectedPointException(
          "invalid_value", "'" + metric + suffix + "' only grows, and is negative");
    }
    if (metric.length() + suffix.length() > MetricNames.MAX_LENGTH) {
      throw new RejectedPointException(
          "invalid_metric", "'" + metric + suffix + "' is longer than " + MetricNames.MAX_LENGTH);
    }
    points.add(new MetricPoint(metric + suffix, value, timestampMillis, itsTags, type));
  }

  long timestampMillis() {
    return timestampMillis;
  }

  Map<String, String> tags() {
    return tags;
  }

  List<MetricPoint> points() {
    return points;
  }
}
