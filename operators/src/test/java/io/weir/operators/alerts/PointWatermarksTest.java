package io.weir.operators.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.ParsedMetric.TimeSource;
import io.weir.model.metric.RuleMetrics;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

class PointWatermarksTest {
  private static final long NOW = Rules.TEN;
  private static final long HOUR = 3_600_000;
  private static final Map<String, String> OF_LOGS = Map.of(RuleMetrics.PRODUCER, "logs-0");

  private final PointWatermarks watermarks = new PointWatermarks(Duration.ofSeconds(5));

  @Test
  void nothingIsSaidBeforeTheFirstPoint() {
    assertThat(watermark()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void eventTimeIsThatOfTheNewestPointHoweverLateKafkaTookIt() {
    point("cpu", Map.of(), NOW - HOUR, NOW);
    point("cpu", Map.of(), NOW - 2 * HOUR, NOW);

    assertThat(watermark()).isEqualTo(NOW - HOUR - 5_001);
  }

  @Test
  void countersOfLogsThatAreReadLateHoldNobodyUp() {
    point(RuleMetrics.LOG_MATCHES_TOTAL, OF_LOGS, NOW - HOUR, NOW);

    assertThat(watermark()).isEqualTo(NOW - PointWatermarks.LOGS_WAIT_MILLIS - 5_001);
  }

  @Test
  void eventsOfSequencesThatAreReadLateHoldNobodyUp() {
    point(RuleMetrics.LOG_EVENT, Map.of(), NOW - HOUR, NOW);

    assertThat(watermark()).isEqualTo(NOW - PointWatermarks.LOGS_WAIT_MILLIS - 5_001);
  }

  @Test
  void countersOfLogsThatAreReadInTimeAreWaitedFor() {
    point(RuleMetrics.LOG_MATCHES_TOTAL, OF_LOGS, NOW - 10_000, NOW);

    assertThat(watermark()).isEqualTo(NOW - 10_000 - 5_001);
  }

  @Test
  void withoutATimeOfKafkaThePointsOwnCounts() {
    point(RuleMetrics.LOG_MATCHES_TOTAL, OF_LOGS, NOW, Long.MIN_VALUE);

    assertThat(watermark()).isEqualTo(NOW - 5_001);
  }

  private void point(String metric, Map<String, String> tags, long millis, long appendMillis) {
    MetricPoint point = new MetricPoint(metric, 1, millis, tags, MetricType.COUNTER);
    watermarks.onEvent(ParsedMetric.of(point, TimeSource.PRODUCER), appendMillis, new Newest());
  }

  private long watermark() {
    Newest newest = new Newest();
    watermarks.onPeriodicEmit(newest);
    return newest.millis;
  }

  /** Keeps what it is told. */
  private static final class Newest implements WatermarkOutput {
    private long millis = Long.MIN_VALUE;

    @Override
    public void emitWatermark(Watermark watermark) {
      millis = watermark.getTimestamp();
    }

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}
  }
}
