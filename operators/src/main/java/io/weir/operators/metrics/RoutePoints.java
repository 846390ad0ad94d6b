package io.weir.operators.metrics;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.RuleMetrics;
import io.weir.operators.OperatorMetrics;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Parts points from dead letters: {@link ParsedMetric} in; points on the main output, records that
 * are none on the side output {@link #DEAD_LETTERS}, which must reach a sink. Points of {@link
 * RuleMetrics#LOG_EVENT} end here: each is one log event on its way to the alerts job, and would be
 * a series of its own.
 */
public final class RoutePoints extends ProcessFunction<ParsedMetric, MetricPoint> {
  private static final long serialVersionUID = 1;

  /** Records that did not become points. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("dead-letters") {};

  private transient Counter alertPoints;

  @Override
  public void open(OpenContext context) {
    alertPoints = getRuntimeContext().getMetricGroup().counter(OperatorMetrics.ALERT_POINTS);
  }

  @Override
  public void processElement(ParsedMetric parsed, Context context, Collector<MetricPoint> out) {
    MetricPoint point = parsed.point();
    if (point == null) {
      context.output(DEAD_LETTERS, parsed.deadLetter());
    } else if (point.metric().equals(RuleMetrics.LOG_EVENT)) {
      alertPoints.inc();
    } else {
      out.collect(point);
    }
  }
}
