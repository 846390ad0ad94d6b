package io.weir.operators.alerts;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.RuleMetrics;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * How far event time has come in one partition of points: to the newest point, less what points may
 * be out of order. Points made of logs are as old as the logs that the log metrics job reads, which
 * in a flood may be minutes behind; a partition that has none but these would hold up every alert
 * for as long. So they move event time on at least to when Kafka took them, less {@link
 * #LOGS_WAIT_MILLIS}.
 *
 * <p>Records are stamped with the time at which Kafka took them; points know their own.
 */
public final class PointWatermarks implements WatermarkGenerator<ParsedMetric> {
  /** How long alerts wait for points made of logs at most. */
  static final long LOGS_WAIT_MILLIS = 30_000;

  private final long outOfOrderMillis;
  private long newestMillis = Long.MIN_VALUE;

  PointWatermarks(Duration outOfOrder) {
    this.outOfOrderMillis = outOfOrder.toMillis();
  }

  /**
   * Returns the strategy, whose generators are made for each partition.
   *
   * @param outOfOrder how much later than its neighbours a point may come and still be in time
   * @param idleAfter how long a partition may say nothing before the others no longer wait for it
   */
  public static WatermarkStrategy<ParsedMetric> strategy(Duration outOfOrder, Duration idleAfter) {
    return WatermarkStrategy.forGenerator(context -> new PointWatermarks(outOfOrder))
        .withTimestampAssigner((parsed, appendMillis) -> appendMillis)
        .withIdleness(idleAfter);
  }

  @Override
  public void onEvent(ParsedMetric parsed, long appendMillis, WatermarkOutput output) {
    newestMillis = Math.max(newestMillis, parsed.timestampMillis());
    // Where a source knows no such time it is the least of all.
    if (appendMillis > 0 && isOfLogs(parsed.point())) {
      newestMillis = Math.max(newestMillis, appendMillis - LOGS_WAIT_MILLIS);
    }
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    if (newestMillis != Long.MIN_VALUE) {
      output.emitWatermark(new Watermark(newestMillis - outOfOrderMillis - 1));
    }
  }

  private static boolean isOfLogs(MetricPoint point) {
    return point != null
        && (point.metric().equals(RuleMetrics.LOG_EVENT)
            || point.tags().containsKey(RuleMetrics.PRODUCER));
  }
}
