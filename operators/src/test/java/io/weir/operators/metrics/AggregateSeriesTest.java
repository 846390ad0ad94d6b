package io.weir.operators.metrics;

import static io.weir.operators.metrics.Points.at;
import static io.weir.operators.metrics.Points.partial;
import static io.weir.operators.metrics.Points.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AggregateSeriesTest {
  private static final Duration TIME_TO_LIVE = Duration.ofHours(1);

  private KeyedOneInputStreamOperatorTestHarness<String, SeriesPartial, Sample> harness;

  @BeforeEach
  void open() throws Exception {
    harness = harness();
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, SeriesPartial, Sample> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new AggregateSeries(TIME_TO_LIVE)),
        SeriesPartial::series,
        Types.STRING);
  }

  private void add(MetricType type, double value, double seconds) throws Exception {
    add(point(type, value, seconds));
  }

  private void add(MetricPoint point) throws Exception {
    harness.processElement(new StreamRecord<>(partial(point), point.timestampMillis()));
  }

  private void watermark(double seconds) throws Exception {
    harness.processWatermark(at(seconds));
  }

  /** What came out since the last call: name and tags, value, seconds. */
  private List<String> emitted() {
    List<String> emitted = harness.extractOutputValues().stream().map(this::text).toList();
    harness.getOutput().clear();
    return emitted;
  }

  private String text(Sample sample) {
    String tags = sample.tags().isEmpty() ? "" : sample.tags().toString();
    return sample.metric()
        + tags
        + " "
        + Math.round(sample.value() * 100) / 100.0
        + " @"
        + (sample.timestampMillis() - Points.START) / 1000;
  }

  @Test
  void emitsTheLastValueOfAGaugeStampedWithTheWindowsEnd() throws Exception {
    add(MetricType.GAUGE, 1, 1);
    add(MetricType.GAUGE, 3, 14.999);
    add(MetricType.GAUGE, 2, 7);
    add(MetricType.GAUGE, 9, 15);
    watermark(14.998);
    assertThat(emitted()).isEmpty();

    watermark(14.999);

    assertThat(emitted()).containsExactly("m 3.0 @15");
  }

  @Test
  void emitsTheLastValueOfACounterAlsoAfterItsProducerRestarted() throws Exception {
    add(MetricType.COUNTER, 100, 1);
    add(MetricType.COUNTER, 120, 2);
    add(MetricType.COUNTER, 5, 3);
    watermark(15);

    assertThat(emitted()).containsExactly("m 5.0 @15");
  }

  @Test
  void keepsTheRunningTotalOfDeltas() throws Exception {
    add(MetricType.DELTA, 2, 1);
    add(MetricType.DELTA, 3, 2);
    add(MetricType.DELTA, 4, 16);
    add(MetricType.DELTA, 1, 61);
    watermark(75);

    assertThat(emitted()).containsExactly("m 5.0 @15", "m 9.0 @30", "m 10.0 @75");
  }

  @Test
  void givesQuantilesOfAWindowAndRunningSumAndCountOfADistribution() throws Exception {
    for (int i = 1; i <= 100; i++) {
      add(MetricType.DISTRIBUTION, i, 1);
    }
    add(MetricType.DISTRIBUTION, 1000, 20);
    watermark(15);

    List<Sample> samples = harness.extractOutputValues();
    assertThat(samples).hasSize(6);
    for (int i = 0; i < 4; i++) {
      double quantile = List.of(0.5, 0.9, 0.95, 0.99).get(i);
      assertThat(samples.get(i).tags()).isEqualTo(Map.of("quantile", Double.toString(quantile)));
      assertThat(samples.get(i).value()).isCloseTo(quantile * 100, Percentage.withPercentage(2.1));
    }
    assertThat(text(samples.get(4))).isEqualTo("m_sum 5050.0 @15");
    assertThat(text(samples.get(5))).isEqualTo("m_count 100.0 @15");
    harness.getOutput().clear();
    watermark(30);
    assertThat(emitted()).contains("m_sum 6050.0 @30", "m_count 101.0 @30");
  }

  @Test
  void addsStatisticsOfAGaugeWhereTheyAreGathered() throws Exception {
    for (int i = 1; i <= 4; i++) {
      MetricPoint point = point(MetricType.GAUGE, i == 4 ? 0 : i, i);
      harness.processElement(
          new StreamRecord<>(partial(point, WindowAggregate.Kind.GAUGE_STATISTICS)));
    }
    watermark(15);

    assertThat(emitted())
        .containsExactly(
            "m 0.0 @15", "m_min 0.0 @15", "m_max 3.0 @15", "m_avg 1.5 @15", "m_count 4.0 @15");
  }

  @Test
  void aSeriesThatReconnectsWithABacklogGetsEveryWindowThatItHasNotEmitted() throws Exception {
    add(MetricType.COUNTER, 1, 1);
    watermark(15);
    watermark(300);
    emitted();

    for (int i = 1; i < 20; i++) {
      add(MetricType.COUNTER, 1 + i, 1 + 15 * i);
    }
    watermark(301);
    assertThat(emitted()).as("the backlog may come in pieces").isEmpty();
    add(MetricType.COUNTER, 100, 14 + 15 * 19);
    watermark(320);

    assertThat(emitted()).hasSize(19).startsWith("m 2.0 @30", "m 3.0 @45").endsWith("m 100.0 @300");
    assertThat(harness.getSideOutput(AggregateSeries.LATE)).isNull();
  }

  @Test
  void aBacklogBehindNewPointsFillsTheGap() throws Exception {
    add(MetricType.GAUGE, 1, 1);
    watermark(15);
    add(MetricType.GAUGE, 9, 100);
    watermark(105);
    emitted();

    add(MetricType.GAUGE, 2, 16);
    add(MetricType.GAUGE, 3, 91);
    watermark(130);

    assertThat(emitted())
        .as("91 s is in the window that ends at 105 s")
        .containsExactly("m 2.0 @30");
    assertThat(harness.getSideOutput(AggregateSeries.LATE)).hasSize(1);
  }

  @Test
  void aTotalNeverGoesBackWhenABacklogComesBehindNewPoints() throws Exception {
    add(MetricType.DELTA, 1, 1);
    watermark(15);
    add(MetricType.DELTA, 10, 100);
    watermark(105);
    add(MetricType.DELTA, 5, 20);
    watermark(125);
    add(MetricType.DELTA, 100, 126);
    watermark(200);

    assertThat(emitted()).containsExactly("m 1.0 @15", "m 11.0 @105", "m 116.0 @135");
  }

  @Test
  void anIncreaseThatComesBehindNewPointsIsToldThoughNoPointFollows() throws Exception {
    add(MetricType.DELTA, 1, 1);
    add(MetricType.DELTA, 10, 100);
    watermark(105);
    add(MetricType.DELTA, 5, 20);
    watermark(130);
    assertThat(emitted()).containsExactly("m 1.0 @15", "m 11.0 @105");

    watermark(135);
    assertThat(emitted()).containsExactly("m 16.0 @135");
    watermark(1000);
    assertThat(emitted()).isEmpty();
  }

  @Test
  void observationsThatComeBehindNewPointsAreToldThoughNoPointFollows() throws Exception {
    add(MetricType.DISTRIBUTION, 10, 100);
    watermark(105);
    add(MetricType.DISTRIBUTION, 5, 20);
    watermark(130);
    assertThat(emitted()).filteredOn(line -> line.contains("_")).hasSize(2);

    OperatorSubtaskState snapshot = harness.snapshot(1, 1);
    harness.close();
    harness = harness();
    harness.initializeState(snapshot);
    harness.open();
    watermark(135);
    assertThat(emitted()).containsExactly("m_sum 15.0 @135", "m_count 2.0 @135");
  }

  @Test
  void aWindowThatToldNothingButTotalsIsStillOpenForItsPoints() throws Exception {
    add(MetricType.DELTA, 10, 100);
    watermark(105);
    add(MetricType.DELTA, 5, 20);
    watermark(135);
    assertThat(emitted()).containsExactly("m 10.0 @105", "m 15.0 @135");

    add(MetricType.DELTA, 7, 121);
    watermark(200);

    assertThat(emitted()).as("one sample for each window").containsExactly("m 22.0 @165");
    assertThat(harness.getSideOutput(AggregateSeries.LATE)).isNull();
    add(MetricType.DELTA, 1, 161);
    watermark(300);
    assertThat(emitted()).containsExactly("m 23.0 @225");
  }

  @Test
  void totalsOfABacklogWaitForPointsThatComeInTime() throws Exception {
    add(MetricType.DISTRIBUTION, 10, 100);
    watermark(105);
    add(MetricType.DISTRIBUTION, 5, 20);
    watermark(125);
    emitted();
    add(MetricType.DISTRIBUTION, 7, 126);
    watermark(135);

    assertThat(emitted()).hasSize(6).endsWith("m_sum 22.0 @135", "m_count 3.0 @135");
  }

  @Test
  void onlyPointsOfEmittedWindowsAreLate() throws Exception {
    add(MetricType.GAUGE, 1, 1);
    watermark(15);
    emitted();

    add(MetricType.GAUGE, 7, 2);
    add(point("m", Map.of("host", "b"), MetricType.GAUGE, 8, 2));
    watermark(60);

    assertThat(emitted()).containsExactly("m{host=b} 8.0 @15");
    assertThat(harness.getSideOutput(AggregateSeries.LATE))
        .extracting(StreamRecord::getValue)
        .containsExactly(new LatePoints("m", at(15), 1));
  }

  @Test
  void seriesDoNotMix() throws Exception {
    add(point("m", Map.of("host", "a", "az", "1"), MetricType.DELTA, 1, 1));
    add(point("m", Map.of("host", "b"), MetricType.DELTA, 2, 1));
    add(point("n", Map.of("host", "b"), MetricType.DELTA, 4, 1));
    watermark(15);

    assertThat(emitted())
        .containsExactlyInAnyOrder(
            "m{az=1, host=a} 1.0 @15", "m{host=b} 2.0 @15", "n{host=b} 4.0 @15");
  }

  @Test
  void theTypeOfTheLastPointWins() throws Exception {
    add(MetricType.GAUGE, 1, 1);
    add(MetricType.DELTA, 5, 2);
    add(MetricType.DELTA, 6, 3);
    add(MetricType.GAUGE, 9, 1.5);
    watermark(15);

    assertThat(emitted()).containsExactly("m 11.0 @15");
  }

  @Test
  void everythingSurvivesACheckpoint() throws Exception {
    add(MetricType.DELTA, 2, 1);
    watermark(15);
    add(MetricType.DELTA, 3, 16);
    OperatorSubtaskState snapshot = harness.snapshot(1, 1);
    add(MetricType.DELTA, 1000, 17);
    harness.close();

    harness = harness();
    harness.initializeState(snapshot);
    harness.open();
    add(MetricType.DELTA, 4, 17);
    add(MetricType.DELTA, 7, 1);
    watermark(30);

    assertThat(emitted()).containsExactly("m 9.0 @30");
    assertThat(harness.getSideOutput(AggregateSeries.LATE)).hasSize(1);
  }

  @Test
  void worksWithRocksDbToo() throws Exception {
    harness.close();
    harness = harness();
    harness.setStateBackend(new EmbeddedRocksDBStateBackend());
    harness.open();

    for (int i = 0; i < 10; i++) {
      add(MetricType.DISTRIBUTION, 1 + i, 1.5 * i);
    }
    watermark(15);
    add(MetricType.DISTRIBUTION, 45, 16);
    watermark(30);

    assertThat(emitted()).contains("m_sum 55.0 @15", "m_sum 100.0 @30", "m_count 11.0 @30");
  }

  @Test
  void aSeriesThatIsSilentForLongIsForgotten() throws Exception {
    harness.setProcessingTime(1);
    add(MetricType.DELTA, 2, 1);
    watermark(15);
    emitted();
    assertThat(harness.numKeyedStateEntries()).isEqualTo(1);

    harness.setStateTtlProcessingTime(TIME_TO_LIVE.toMillis() + 2);
    add(MetricType.DELTA, 3, 7200);
    watermark(7215);

    assertThat(emitted()).containsExactly("m 3.0 @7215");
  }

  @Test
  void longSeriesOfPausesDoNotGrowTheState() throws Exception {
    IntStream.range(0, 200).forEach(i -> addQuietly(60 * i));
    watermark(60 * 200);

    SeriesState state = new SeriesState();
    for (int i = 0; i < 200; i++) {
      state.open().emitted(at(15 + 60 * i));
    }
    assertThat(emitted()).hasSize(200);
    assertThat(bytesOf(state)).isLessThan(150);
  }

  private void addQuietly(double seconds) {
    try {
      add(MetricType.GAUGE, 1, seconds);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static int bytesOf(SeriesState state) throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(64);
    SeriesStateSerializer.INSTANCE.serialize(state, out);
    return out.length();
  }
}
