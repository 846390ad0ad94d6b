package io.weir.operators.metrics;

import static io.weir.operators.metrics.Points.at;
import static io.weir.operators.metrics.Points.partial;
import static io.weir.operators.metrics.Points.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.Sample;
import io.weir.operators.SavedState;
import io.weir.operators.SavedState.OfEachVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** What earlier versions had in state goes on in the present code. */
class MetricsStateTest {

  @OfEachVersion("metrics-aggregate-series")
  void aggregateSeries(String version) throws Exception {
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "metrics-aggregate-series",
            () -> {
              try (var harness = aggregating()) {
                harness.open();
                harness.setProcessingTime(1);
                for (MetricType type : MetricType.values()) {
                  add(harness, type, 2, 1);
                }
                harness.processWatermark(at(15));
                for (MetricType type : MetricType.values()) {
                  add(harness, type, 3, 50);
                }
                MetricPoint statistics = point("statistics", Map.of(), MetricType.GAUGE, 3, 50);
                harness.processElement(
                    new StreamRecord<>(partial(statistics, WindowAggregate.Kind.GAUGE_STATISTICS)));
                harness.processWatermark(at(60));
                add(harness, MetricType.DELTA, 4, 20); // behind
                harness.processWatermark(at(76));
                for (MetricType type : MetricType.values()) {
                  add(harness, type, 5, 77);
                }
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = aggregating()) {
      harness.initializeState(state);
      harness.open();
      add(harness, MetricType.DELTA, 100, 51); // emitted before
      harness.processWatermark(at(90));

      assertThat(harness.getSideOutput(AggregateSeries.LATE)).hasSize(1);
      assertThat(harness.extractOutputValues())
          .filteredOn(sample -> sample.tags().isEmpty())
          .extracting(MetricsStateTest::text)
          .containsExactlyInAnyOrder(
              "GAUGE 5 @90",
              "COUNTER 5 @90",
              "DELTA 14 @90",
              "DISTRIBUTION_sum 10 @90",
              "DISTRIBUTION_count 3 @90");
    }
  }

  @OfEachVersion("metrics-combine-locally")
  void combineLocally(String version) throws Exception {
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "metrics-combine-locally",
            () -> {
              try (var harness = combining()) {
                harness.open();
                host(harness, "a");
                host(harness, "b");
                harness.processWatermark(at(15));
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = combining()) {
      harness.initializeState(state);
      harness.open();
      host(harness, "c");
      host(harness, "b");
      harness.processWatermark(at(15));

      assertThat(harness.extractOutputValues())
          .extracting(SeriesPartial::series)
          .as("whoever came first stays")
          .containsExactly("m{host=\"b\"}");
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, SeriesPartial, Sample> aggregating()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new AggregateSeries(Duration.ofDays(36_500))),
        SeriesPartial::series,
        Types.STRING,
        SavedState.MAX_PARALLELISM,
        1,
        0);
  }

  private static OneInputStreamOperatorTestHarness<MetricPoint, SeriesPartial> combining()
      throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new CombineLocally(
            new CombineSettings(100, List.of(), new SeriesLimits(2, 100, Duration.ofHours(1)))));
  }

  private static void add(
      KeyedOneInputStreamOperatorTestHarness<String, SeriesPartial, Sample> harness,
      MetricType type,
      double value,
      double seconds)
      throws Exception {
    MetricPoint point = point(type.name(), Map.of(), type, value, seconds);
    harness.processElement(new StreamRecord<>(partial(point), point.timestampMillis()));
  }

  private static void host(
      OneInputStreamOperatorTestHarness<MetricPoint, SeriesPartial> harness, String host)
      throws Exception {
    MetricPoint point = point("m", Map.of("host", host), MetricType.GAUGE, 1, 1);
    harness.processElement(new StreamRecord<>(point, point.timestampMillis()));
  }

  private static String text(Sample sample) {
    return sample.metric()
        + " "
        + Math.round(sample.value())
        + " @"
        + (sample.timestampMillis() - Points.START) / 1000;
  }
}
