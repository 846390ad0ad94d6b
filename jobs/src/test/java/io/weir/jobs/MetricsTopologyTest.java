package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.ParsedMetric.TimeSource;
import io.weir.model.metric.Sample;
import io.weir.operators.metrics.CombineSettings;
import io.weir.operators.metrics.LatePoints;
import io.weir.operators.metrics.SeriesLimits;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MetricsTopologyTest {
  private static final long START = 1_774_778_400_000L;
  private static final int HOSTS = 5;
  private static final int RECORDS = 6_000;

  @RegisterExtension private static final MiniClusterExtension CLUSTER = TestCluster.ofTwoSlots();

  private final CollectingSink<Sample> samples = new CollectingSink<>();
  private final CollectingSink<DeadLetter> deadLetters = new CollectingSink<>();
  private final CollectingSink<LatePoints> late = new CollectingSink<>();

  /** A delta of 1 of one of five hosts every 100 ms; every hundredth is a dead letter. */
  private static ParsedMetric at(long i) {
    if (i % 100 == 99) {
      return ParsedMetric.of(
          new DeadLetter(
              new RecordOrigin("metrics", "0a1b2", 0, i, START + 100 * i),
              DeadLetter.Stage.PARSE,
              DeadLetter.Store.ALL,
              "invalid_point",
              "made to be poison",
              DeadLetter.PayloadKind.NONE,
              new byte[0]));
    }
    return ParsedMetric.of(
        new MetricPoint(
            "requests", 1, START + 100 * i, Map.of("host", "h" + i % HOSTS), MetricType.DELTA),
        TimeSource.PRODUCER);
  }

  private static Source<ParsedMetric, ?, ?> source(RateLimiterStrategy<?> rate) {
    return new DataGeneratorSource<>(
        MetricsTopologyTest::at, RECORDS, rate, TypeInformation.of(ParsedMetric.class));
  }

  private void build(
      StreamExecutionEnvironment env, CollectingSink<Sample> to, RateLimiterStrategy<?> rate) {
    MetricsTopology.build(
        env,
        source(rate),
        new MetricsTopology.Settings(
            // Two readers share the made records, so one may be far ahead of the other.
            Duration.ofMinutes(20),
            Duration.ofMinutes(1),
            new CombineSettings(100, List.of(), new SeriesLimits(100, 1000, Duration.ofHours(1))),
            Duration.ofDays(1)),
        new MetricsTopology.Sinks(to, deadLetters, Optional.of(late)));
  }

  private static Map<String, Double> expectedTotals() {
    Map<String, Double> totals = new HashMap<>();
    for (long i = 0; i < RECORDS; i++) {
      MetricPoint point = at(i).point();
      if (point != null) {
        totals.merge(point.tags().get("host"), 1.0, Double::sum);
      }
    }
    return totals;
  }

  private static Map<String, Double> lastTotals(List<Sample> samples) {
    return samples.stream()
        .sorted(Comparator.comparingLong(Sample::timestampMillis))
        .collect(Collectors.toMap(s -> s.tags().get("host"), Sample::value, (a, b) -> b));
  }

  @Test
  void eachSeriesHasOneSampleForEachWindowAndItsTotalIsRight() throws Exception {
    StreamExecutionEnvironment env = Graphs.environment("metrics-job.yaml", Map.of());
    build(env, samples, RateLimiterStrategy.noOp());

    env.execute();

    assertThat(samples.collected()).hasSize(HOSTS * RECORDS / 150);
    assertThat(samples.collected())
        .extracting(sample -> sample.tags() + "@" + sample.timestampMillis())
        .doesNotHaveDuplicates();
    assertThat(lastTotals(samples.collected())).isEqualTo(expectedTotals());
    for (int host = 0; host < HOSTS; host++) {
      String name = "h" + host;
      List<Sample> ofHost =
          samples.collected().stream().filter(s -> name.equals(s.tags().get("host"))).toList();
      assertThat(ofHost).extracting(Sample::timestampMillis).isSorted();
      assertThat(ofHost).extracting(Sample::value).isSorted();
    }
    assertThat(deadLetters.collected()).hasSize(RECORDS / 100);
    assertThat(late.collected()).isEmpty();
  }

  @Test
  void totalsAreRightAfterAFailure() throws Exception {
    CollectingSink<Sample> failing = new CollectingSink<>(true);
    StreamExecutionEnvironment env =
        Graphs.environment(
            "metrics-job.yaml",
            Map.of(
                "execution.checkpointing.interval", "100 ms",
                "pipeline.auto-watermark-interval", "20 ms"));
    env.setParallelism(1);
    MetricsTopology.build(
        env,
        source(RateLimiterStrategy.perCheckpoint(500)),
        new MetricsTopology.Settings(
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            new CombineSettings(100, List.of(), new SeriesLimits(100, 1000, Duration.ofHours(1))),
            Duration.ofDays(1)),
        new MetricsTopology.Sinks(failing, deadLetters, Optional.empty()));

    env.execute();

    assertThat(failing.hasFailed()).isTrue();
    assertThat(lastTotals(failing.collected())).isEqualTo(expectedTotals());
    Map<String, Double> bySeriesAndTime = new HashMap<>();
    for (Sample sample : failing.collected()) {
      Double before =
          bySeriesAndTime.put(sample.tags() + "@" + sample.timestampMillis(), sample.value());
      assertThat(before).as("a repeat has the same value").isIn(null, sample.value());
    }
  }

  @Test
  void everyNodeHasAUidAndTheseUidsNeverChange() {
    assertThat(Graphs.uids(graph()))
        .containsExactlyInAnyOrder(
            "metrics-source",
            "metrics-route",
            "metrics-combine",
            "metrics-aggregate",
            "metrics-samples",
            "metrics-late-points",
            "metrics-dead-letters");
  }

  @Test
  void nothingFlowsThroughKryo() {
    assertThat(Graphs.serializers(graph())).isNotEmpty();
    assertThat(Graphs.serializers(graph())).noneMatch(s -> s instanceof KryoSerializer);
  }

  @Test
  void pointsAreSentOnceAndSamplesNotAtAll() {
    List<JobVertex> vertices = graph().getJobGraph().getVerticesSortedTopologicallyFromSources();

    assertThat(vertices).hasSize(2);
  }

  private StreamGraph graph() {
    StreamExecutionEnvironment env = Graphs.environment("metrics-job.yaml", Map.of());
    build(env, samples, RateLimiterStrategy.noOp());
    return env.getStreamGraph();
  }
}
