package io.weir.operators.metrics;

import static io.weir.operators.metrics.Points.at;
import static io.weir.operators.metrics.Points.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.operators.OperatorMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CombineLocallyTest {
  private static final SeriesLimits LIMITS = new SeriesLimits(3, 1000, Duration.ofMinutes(1));

  private OneInputStreamOperatorTestHarness<MetricPoint, SeriesPartial> harness;

  /** Counters by name; with that of the metric where they have one. */
  private final Map<String, Counter> counters = new TreeMap<>();

  private void open(int maxPartials, OperatorSubtaskState state) throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new CombineLocally(
                new CombineSettings(maxPartials, List.of(Pattern.compile("stat.*")), LIMITS)),
            MockEnvironment.builder().setMetricGroup(metricGroup()).build());
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  private TaskMetricGroup metricGroup() {
    MetricRegistry registry =
        TestingMetricRegistry.builder()
            .setRegisterConsumer(
                (metric, name, group) -> {
                  if (metric instanceof Counter counter) {
                    String of = group.getAllVariables().get("<" + OperatorMetrics.METRIC + ">");
                    counters.put(of == null ? name : name + " " + of, counter);
                  }
                })
            .build();
    return TaskManagerMetricGroup.createTaskManagerMetricGroup(
            registry, "here", ResourceID.generate())
        .addJob(new JobID(), "job")
        .addTask(ExecutionAttemptID.randomId(), "task");
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void add(String metric, String host, double value, double seconds) throws Exception {
    MetricPoint point = point(metric, Map.of("host", host), MetricType.DELTA, value, seconds);
    harness.processElement(new StreamRecord<>(point, point.timestampMillis()));
  }

  /** What came out since the last call: series, sum, seconds; a watermark as its seconds. */
  private List<String> emitted() {
    List<String> emitted = harness.getOutput().stream().map(CombineLocallyTest::text).toList();
    harness.getOutput().clear();
    return emitted;
  }

  private static String text(Object element) {
    if (element instanceof Watermark watermark) {
      return "watermark " + (watermark.getTimestamp() - Points.START) / 1000;
    }
    SeriesPartial partial = (SeriesPartial) ((StreamRecord<?>) element).getValue();
    return partial.series()
        + " "
        + partial.toAggregate(new DataInputDeserializer()).sum()
        + " @"
        + (partial.windowEndMillis() - Points.START) / 1000;
  }

  @Test
  void sendsOnePartialForEachSeriesAndWindowBeforeTheWatermarkThatEndsIt() throws Exception {
    open(100, null);
    add("m", "a", 1, 1);
    add("m", "a", 2, 14);
    add("m", "b", 4, 2);
    add("m", "a", 8, 15);
    harness.processWatermark(at(14));
    assertThat(emitted()).containsExactly("watermark 14");

    harness.processWatermark(at(15));

    List<String> emitted = emitted();
    assertThat(emitted)
        .containsExactlyInAnyOrder(
            "m{host=\"a\"} 3.0 @15", "m{host=\"b\"} 4.0 @15", "watermark 15");
    assertThat(emitted).endsWith("watermark 15");
  }

  @Test
  void keepsNothingBehindABarrier() throws Exception {
    open(100, null);
    add("m", "a", 1, 1);
    add("m", "a", 2, 20);

    harness.prepareSnapshotPreBarrier(1);

    assertThat(emitted()).containsExactly("m{host=\"a\"} 1.0 @15", "m{host=\"a\"} 2.0 @30");
    add("m", "a", 4, 1);
    harness.processWatermark(at(15));
    assertThat(emitted()).containsExactly("m{host=\"a\"} 4.0 @15", "watermark 15");
  }

  @Test
  void sendsEverythingWhenThereIsTooMuch() throws Exception {
    open(3, null);
    add("m", "a", 1, 1);
    add("m", "a", 1, 2);
    add("m", "a", 1, 16);
    assertThat(emitted()).isEmpty();

    add("n", "a", 1, 1);

    assertThat(emitted()).hasSize(3);
  }

  @Test
  void sendsTheRestAtTheEndOfTheInput() throws Exception {
    open(100, null);
    add("m", "a", 1, 1);

    harness.endInput();

    assertThat(emitted()).containsExactly("m{host=\"a\"} 1.0 @15");
  }

  @Test
  void gathersStatisticsOfTheGaugesThatWantThem() throws Exception {
    open(100, null);
    harness.processElement(
        new StreamRecord<>(point("statistic", Map.of(), MetricType.GAUGE, 1, 1)));
    harness.processElement(new StreamRecord<>(point("other", Map.of(), MetricType.GAUGE, 1, 1)));
    harness.endInput();

    assertThat(harness.extractOutputValues())
        .extracting(p -> p.series() + " " + p.toAggregate(new DataInputDeserializer()).kind())
        .containsExactlyInAnyOrder("statistic GAUGE_STATISTICS", "other GAUGE");
  }

  @Test
  void stopsSeriesBeyondTheLimitOfTheirMetricAndLetsTheOthersPass() throws Exception {
    open(100, null);
    for (int i = 0; i < 10; i++) {
      add("m", "h" + i, 1, 1);
      add("n" + i, "a", 1, 1);
    }
    add("m", "h1", 1, 2);
    harness.endInput();

    assertThat(emitted())
        .hasSize(13)
        .contains("m{host=\"h0\"} 1.0 @15", "m{host=\"h1\"} 2.0 @15", "m{host=\"h2\"} 1.0 @15");
    // Who went too far is named.
    assertThat(counters.get("limitedPoints").getCount()).isEqualTo(7);
    assertThat(counters.get("limitedPoints m").getCount()).isEqualTo(7);
    assertThat(counters).doesNotContainKey("limitedPoints n0");
  }

  @Test
  void namesAHundredOffendersAndCountsTheRestTogether() throws Exception {
    open(10_000, null);
    for (int metric = 0; metric < CombineLocally.MAX_NAMED + 5; metric++) {
      for (int host = 0; host < 4; host++) {
        add("m" + metric, "h" + host, 1, 1);
      }
    }

    assertThat(counters.keySet().stream().filter(name -> name.startsWith("limitedPoints ")))
        .hasSize(CombineLocally.MAX_NAMED + 1);
    assertThat(counters.get("limitedPoints " + CombineLocally.OTHERS).getCount()).isEqualTo(5);
  }

  @Test
  void knowsAfterARestoreWhoCameFirst() throws Exception {
    open(100, null);
    for (int i = 0; i < 3; i++) {
      add("m", "h" + i, 1, 1);
    }
    harness.prepareSnapshotPreBarrier(1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();

    open(100, state);
    add("m", "new", 1, 1);
    add("m", "h2", 1, 1);
    harness.endInput();

    assertThat(emitted()).containsExactly("m{host=\"h2\"} 1.0 @15");
  }

  @Test
  void aSilentSeriesMakesRoom() throws Exception {
    open(100, null);
    for (int i = 0; i < 3; i++) {
      add("m", "h" + i, 1, 1);
    }
    harness.processWatermark(at(15));
    harness.processWatermark(at(75));
    add("m", "h1", 1, 76);
    harness.processWatermark(at(135));
    emitted();

    add("m", "x", 1, 136);
    add("m", "y", 1, 136);
    add("m", "z", 1, 136);
    harness.endInput();

    assertThat(emitted())
        .containsExactlyInAnyOrder("m{host=\"x\"} 1.0 @150", "m{host=\"y\"} 1.0 @150");
  }
}
