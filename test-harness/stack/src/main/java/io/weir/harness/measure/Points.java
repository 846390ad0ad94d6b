package io.weir.harness.measure;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Makes the points of one measurement: all of one time, all with the same first tags. */
final class Points {
  private final long nowMillis;
  private final Map<String, String> commonTags;
  private final Consumer<MetricPoint> out;

  Points(long nowMillis, Map<String, String> commonTags, Consumer<MetricPoint> out) {
    this.nowMillis = nowMillis;
    this.commonTags = commonTags;
    this.out = out;
  }

  /** A value at a moment. */
  void gauge(String metric, double value, String... tags) {
    point(metric, value, MetricType.GAUGE, tags);
  }

  /** A total since the start of what counts it. */
  void counter(String metric, double value, String... tags) {
    point(metric, value, MetricType.COUNTER, tags);
  }

  private void point(String metric, double value, MetricType type, String... tags) {
    if (!Double.isFinite(value)) {
      return; // not measured on this machine
    }
    Map<String, String> all = new TreeMap<>(commonTags);
    for (int i = 0; i < tags.length; i += 2) {
      all.put(tags[i], tags[i + 1]);
    }
    out.accept(new MetricPoint(metric, value, nowMillis, all, type));
  }
}
