package io.weir.operators.metrics;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.Map;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Points and partials for tests: of the metric {@code m}, at seconds after a window's start. */
final class Points {
  /** The start of a window. */
  static final long START = 1_774_778_400_000L;

  private Points() {}

  static long at(double seconds) {
    return START + Math.round(seconds * 1000);
  }

  static MetricPoint point(MetricType type, double value, double seconds) {
    return point("m", Map.of(), type, value, seconds);
  }

  static MetricPoint point(
      String metric, Map<String, String> tags, MetricType type, double value, double seconds) {
    return new MetricPoint(metric, value, at(seconds), tags, type);
  }

  static SeriesPartial partial(MetricPoint point) {
    return partial(point, WindowAggregate.Kind.of(point, false));
  }

  static SeriesPartial partial(MetricPoint point, WindowAggregate.Kind kind) {
    return SeriesPartial.of(
        point.series(),
        Windows.endOf(point.timestampMillis()),
        WindowAggregate.of(kind, point.value(), point.timestampMillis()),
        new DataOutputSerializer(64));
  }
}
