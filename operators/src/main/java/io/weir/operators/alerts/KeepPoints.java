package io.weir.operators.alerts;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps the points of {@link ParsedMetric}s. Dead letters are the metrics job's business, which
 * reads the same records; the source counts them here too.
 */
public final class KeepPoints implements FlatMapFunction<ParsedMetric, MetricPoint> {
  private static final long serialVersionUID = 1;

  @Override
  public void flatMap(ParsedMetric parsed, Collector<MetricPoint> out) {
    if (parsed.point() != null) {
      out.collect(parsed.point());
    }
  }
}
