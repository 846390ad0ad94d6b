package io.weir.operators.metrics;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Parts points from dead letters: {@link ParsedMetric} in; points on the main output, records that
 * are none on the side output {@link #DEAD_LETTERS}, which must reach a sink.
 */
public final class RoutePoints extends ProcessFunction<ParsedMetric, MetricPoint> {
  private static final long serialVersionUID = 1;

  /** Records that did not become points. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("dead-letters") {};

  @Override
  public void processElement(ParsedMetric parsed, Context context, Collector<MetricPoint> out) {
    if (parsed.point() != null) {
      out.collect(parsed.point());
    } else {
      context.output(DEAD_LETTERS, parsed.deadLetter());
    }
  }
}
