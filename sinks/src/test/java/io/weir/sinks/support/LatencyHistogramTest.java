package io.weir.sinks.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.metrics.HistogramStatistics;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

  @Test
  void answersForTheLatestValues() {
    LatencyHistogram histogram = new LatencyHistogram(100);
    for (int i = 1; i <= 250; i++) {
      histogram.update(i);
    }

    HistogramStatistics statistics = histogram.getStatistics();

    assertThat(histogram.getCount()).isEqualTo(250);
    assertThat(statistics.size()).isEqualTo(100);
    assertThat(statistics.getMin()).isEqualTo(151);
    assertThat(statistics.getMax()).isEqualTo(250);
    assertThat(statistics.getQuantile(0.5)).isEqualTo(200);
    assertThat(statistics.getQuantile(0.99)).isEqualTo(249);
    assertThat(statistics.getQuantile(1)).isEqualTo(250);
    assertThat(statistics.getMean()).isEqualTo(200.5);
    assertThat(statistics.getStdDev()).isBetween(28.8, 28.9);
  }

  @Test
  void isZeroBeforeTheFirstValue() {
    HistogramStatistics statistics = new LatencyHistogram(10).getStatistics();

    assertThat(statistics.size()).isZero();
    assertThat(statistics.getQuantile(0.5)).isZero();
    assertThat(statistics.getMax()).isZero();
    assertThat(statistics.getMin()).isZero();
    assertThat(statistics.getMean()).isZero();
  }
}
