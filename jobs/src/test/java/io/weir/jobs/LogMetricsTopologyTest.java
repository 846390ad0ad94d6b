package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.ParsedLog;
import io.weir.model.metric.MetricPoint;
import io.weir.operators.counts.CountSettings;
import io.weir.operators.counts.Extraction;
import io.weir.operators.rules.RuleRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
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

class LogMetricsTopologyTest {
  private static final int RECORDS = 3_000;
  private static final CountSettings SETTINGS =
      new CountSettings(
          List.of(new Extraction("nines_total", "9 OR 19 OR 29", null, List.of(), 10)),
          Duration.ofMillis(50),
          Duration.ofMinutes(1),
          Duration.ofHours(1));

  @RegisterExtension private static final MiniClusterExtension CLUSTER = TestCluster.ofTwoSlots();

  private final CollectingSink<MetricPoint> points = new CollectingSink<>();

  private static Source<ParsedLog, ?, ?> logs(RateLimiterStrategy<?> rate) {
    return new DataGeneratorSource<>(
        TestingLogs::at, RECORDS, rate, TypeInformation.of(ParsedLog.class));
  }

  private static Source<RuleRecord, ?, ?> rules() {
    return new DataGeneratorSource<>(
        LogMetricsTopologyTest::ruleRecord,
        2,
        RateLimiterStrategy.noOp(),
        TypeInformation.of(RuleRecord.class));
  }

  private static RuleRecord ruleRecord(long index) {
    return index == 1
        ? RuleRecord.caughtUp()
        : new RuleRecord(
            "r",
            4,
            """
            {"kind":"log_match","query":"event","threshold":5,"notification_channel":"ops"}"""
                .getBytes(StandardCharsets.UTF_8));
  }

  private static StreamExecutionEnvironment environment(Map<String, String> changes) {
    StreamExecutionEnvironment env = Graphs.environment("log-metrics-job.yaml", changes);
    env.setParallelism(1);
    return env;
  }

  private static long events() {
    return LongStream.range(0, RECORDS).filter(o -> !TestingLogs.isPoison(o)).count();
  }

  private static double last(CollectingSink<MetricPoint> sink, String metric) {
    return sink.collected().stream()
        .filter(point -> point.metric().equals(metric))
        .reduce((a, b) -> b)
        .orElseThrow()
        .value();
  }

  @Test
  void countsEveryEventOnceAlsoAfterAFailure() throws Exception {
    CollectingSink<MetricPoint> failing = new CollectingSink<>(true);
    StreamExecutionEnvironment env =
        environment(Map.of("execution.checkpointing.interval", "100 ms"));
    LogMetricsTopology.build(
        env, logs(RateLimiterStrategy.perCheckpoint(300)), rules(), SETTINGS, failing);

    env.execute();

    assertThat(failing.hasFailed()).isTrue();
    assertThat(last(failing, "log_events_total")).isEqualTo(events());
    assertThat(last(failing, "nines_total")).isEqualTo(3);
    assertThat(last(failing, "weir_rule_log_matches_total"))
        .as("those that came before the rule are not counted")
        .isBetween(RECORDS / 2.0, (double) events());
    assertThat(failing.collected())
        .filteredOn(point -> point.metric().equals("weir_rule_log_matches_total"))
        .extracting(MetricPoint::tags)
        .containsOnly(Map.of("rule_id", "r", "rule_version", "4", "producer", "logs-0"));
  }

  @Test
  void everyNodeHasAUidAndTheseUidsNeverChange() {
    assertThat(Graphs.uids(graph()))
        .containsExactlyInAnyOrder(
            "log-metrics-rules-source",
            "log-metrics-source",
            "log-metrics-keep-events",
            "log-metrics-count",
            "log-metrics-points");
  }

  @Test
  void nothingFlowsThroughKryo() {
    assertThat(Graphs.serializers(graph())).isNotEmpty();
    assertThat(Graphs.serializers(graph())).noneMatch(s -> s instanceof KryoSerializer);
  }

  @Test
  void logsAreNotShuffled() {
    List<JobVertex> vertices = graph().getJobGraph().getVerticesSortedTopologicallyFromSources();

    assertThat(vertices).as("rules; logs; count with its sink").hasSize(3);
    assertThat(graph().getStreamNodes())
        .flatExtracting(node -> node.getOutEdges())
        .extracting(edge -> edge.getPartitioner().toString())
        .containsOnly("FORWARD", "BROADCAST");
  }

  private StreamGraph graph() {
    StreamExecutionEnvironment env = environment(Map.of());
    LogMetricsTopology.build(env, logs(RateLimiterStrategy.noOp()), rules(), SETTINGS, points);
    return env.getStreamGraph();
  }
}
