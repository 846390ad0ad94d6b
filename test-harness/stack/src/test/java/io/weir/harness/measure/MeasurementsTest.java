package io.weir.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.MetricNames;
import io.weir.model.metric.MetricPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MeasurementsTest {
  private static final long NOW = 1_790_000_000_000L;

  @Test
  void measuresThisMachine() {
    List<MetricPoint> points = new ArrayList<>();
    new HostMetrics("a").measure(NOW, points::add);
    assertThat(points)
        .allSatisfy(
            point -> {
              assertThat(point.timestampMillis()).isEqualTo(NOW);
              assertThat(point.tags()).containsEntry("host", "a");
              assertThat(MetricNames.normalizeMetric(point.metric())).isEqualTo(point.metric());
            });
    assertThat(points)
        .extracting(MetricPoint::metric)
        .contains(
            "host_cpu_seconds_total",
            "host_memory_bytes",
            "host_memory_available_bytes",
            "host_filesystem_free_bytes");
    assertThat(points.stream().collect(Collectors.groupingBy(MetricPoint::series)).values())
        .allSatisfy(series -> assertThat(series).hasSize(1));
    double memory =
        points.stream()
            .filter(point -> point.metric().equals("host_memory_bytes"))
            .mapToDouble(MetricPoint::value)
            .sum();
    assertThat(memory).isGreaterThan(1L << 28);
  }
}
