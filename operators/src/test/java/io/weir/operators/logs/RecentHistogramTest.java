package io.weir.operators.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.flink.metrics.HistogramStatistics;
import org.junit.jupiter.api.Test;

class RecentHistogramTest {
  private final RecentHistogram histogram = new RecentHistogram();

  @Test
  void anEmptyHistogramAnswersZero() {
    HistogramStatistics statistics = histogram.getStatistics();

    assertThat(statistics.size()).isZero();
    assertThat(statistics.getQuantile(0.99)).isZero();
    assertThat(statistics.getMax()).isZero();
    assertThat(statistics.getMean()).isZero();
  }

  @Test
  void answersQuantilesByNearestRank() {
    for (long value = 100; value >= 1; value--) {
      histogram.update(value);
    }

    HistogramStatistics statistics = histogram.getStatistics();
    assertThat(statistics.getQuantile(0.5)).isEqualTo(50);
    assertThat(statistics.getQuantile(0.99)).isEqualTo(99);
    assertThat(statistics.getQuantile(1)).isEqualTo(100);
    assertThat(statistics.getMin()).isEqualTo(1);
    assertThat(statistics.getMean()).isEqualTo(50.5);
    assertThat(statistics.getStdDev()).isCloseTo(29.011, within(0.001));
  }

  @Test
  void forgetsValuesBeyondItsWindowButCountsThem() {
    histogram.update(-1_000_000);
    for (int i = 0; i < RecentHistogram.WINDOW; i++) {
      histogram.update(5);
    }

    assertThat(histogram.getCount()).isEqualTo(RecentHistogram.WINDOW + 1);
    assertThat(histogram.getStatistics().getMin()).isEqualTo(5);
  }
}
