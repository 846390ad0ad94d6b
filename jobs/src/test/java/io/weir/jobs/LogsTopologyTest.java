package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.operators.logs.DuplicateSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LogsTopologyTest {
  private static final int RECORDS = 3_000;
  private static final DuplicateSettings DUPLICATES =
      new DuplicateSettings(true, Duration.ofMinutes(10), 10_000);

  @RegisterExtension private static final MiniClusterExtension CLUSTER = TestCluster.ofTwoSlots();

  private final CollectingSink<LogEvent> hot = new CollectingSink<>();
  private final CollectingSink<LogEvent> archive = new CollectingSink<>();
  private final CollectingSink<DeadLetter> deadLetters = new CollectingSink<>();

  @Test
  void everyRecordEndsWhereItBelongs() throws Exception {
    StreamExecutionEnvironment env = environment();
    LogsTopology.build(
        env,
        source(RateLimiterStrategy.noOp()),
        DUPLICATES,
        new LogsTopology.Sinks(Optional.of(hot), Optional.of(archive), deadLetters));

    env.execute();

    assertThat(offsets(hot))
        .isEqualTo(where(o -> !TestingLogs.isPoison(o) && !isTooOld(o) && !isRepeat(o)));
    assertThat(offsets(archive)).isEqualTo(where(o -> !TestingLogs.isPoison(o) && !isRepeat(o)));
    assertThat(deadOffsets(deadLetters)).isEqualTo(where(o -> isDead(o)));
    assertThat(deadLetters.collected())
        .filteredOn(letter -> letter.reason().equals("duplicate"))
        .extracting(letter -> letter.origin().offset())
        .containsExactlyInAnyOrderElementsOf(where(LogsTopologyTest::isRepeat));
  }

  @Test
  void writesOnlyToTheStoresThatItIsGiven() throws Exception {
    StreamExecutionEnvironment env = environment();
    LogsTopology.build(
        env,
        source(RateLimiterStrategy.noOp()),
        DUPLICATES,
        new LogsTopology.Sinks(Optional.empty(), Optional.empty(), deadLetters));

    env.execute();

    assertThat(deadOffsets(deadLetters)).isEqualTo(where(o -> isDead(o)));
  }

  @Test
  void goesOnFromItsCheckpointAfterAFailureWithoutLosingARecord() throws Exception {
    CollectingSink<LogEvent> failing = new CollectingSink<>(true);
    StreamExecutionEnvironment env =
        environment(Map.of("execution.checkpointing.interval", "100 ms"));
    env.setParallelism(1);
    LogsTopology.build(
        env,
        // The second checkpoint comes after offset 1005, of which 1006 is the repeat.
        source(RateLimiterStrategy.perCheckpoint(503)),
        DUPLICATES,
        new LogsTopology.Sinks(Optional.of(hot), Optional.of(failing), deadLetters));

    env.execute();

    assertThat(failing.hasFailed()).isTrue();
    List<Long> archived = failing.collected().stream().map(LogEvent::offset).toList();
    assertThat(Set.copyOf(archived)).hasSameElementsAs(where(o -> !isDead(o)));
    assertThat(Set.copyOf(deadOffsets(deadLetters))).hasSameElementsAs(where(o -> isDead(o)));
    assertThat(archived.stream().filter(offset -> offset == 0))
        .as("restored from the checkpoint, not from the beginning")
        .hasSize(1);
  }

  @Test
  void everyNodeHasAUidAndTheseUidsNeverChange() {
    List<String> uids =
        graph().getStreamNodes().stream().map(StreamNode::getTransformationUID).toList();

    assertThat(uids)
        .containsExactlyInAnyOrder(
            "logs-source",
            "logs-drop-duplicates",
            "logs-route",
            "logs-keep-hot",
            "logs-elasticsearch",
            "logs-archive",
            "logs-dead-letters");
  }

  @Test
  void nothingFlowsThroughKryo() {
    List<TypeSerializer<?>> serializers = new ArrayList<>();
    for (StreamNode node : graph().getStreamNodes()) {
      serializers.addAll(List.of(node.getTypeSerializersIn()));
      serializers.add(node.getTypeSerializerOut());
      for (StreamEdge edge : node.getOutEdges()) {
        if (edge.getOutputTag() != null) {
          serializers.add(
              edge.getOutputTag()
                  .getTypeInfo()
                  .createSerializer(environment().getConfig().getSerializerConfig()));
        }
      }
    }

    assertThat(serializers).filteredOn(s -> s != null).isNotEmpty();
    assertThat(serializers).noneMatch(s -> s instanceof KryoSerializer);
  }

  @Test
  void theWholeJobIsOneChain() {
    List<JobVertex> vertices = graph().getJobGraph().getVerticesSortedTopologicallyFromSources();

    assertThat(vertices).hasSize(1);
  }

  private StreamGraph graph() {
    StreamExecutionEnvironment env = environment();
    LogsTopology.build(
        env,
        source(RateLimiterStrategy.noOp()),
        DUPLICATES,
        new LogsTopology.Sinks(Optional.of(hot), Optional.of(archive), deadLetters));
    return env.getStreamGraph();
  }

  private static StreamExecutionEnvironment environment() {
    return environment(Map.of());
  }

  private static StreamExecutionEnvironment environment(Map<String, String> changes) {
    return Graphs.environment("logs-job.yaml", changes);
  }

  private static Source<ParsedLog, ?, ?> source(RateLimiterStrategy<?> rate) {
    return new DataGeneratorSource<>(
        TestingLogs::at, RECORDS, rate, TypeInformation.of(ParsedLog.class));
  }

  private static boolean isTooOld(long offset) {
    return TestingLogs.isTooOld(offset);
  }

  private static boolean isRepeat(long offset) {
    return TestingLogs.isRepeat(offset);
  }

  private static boolean isDead(long offset) {
    return TestingLogs.isPoison(offset) || isRepeat(offset);
  }

  private static List<Long> where(LongPredicate condition) {
    return LongStream.range(0, RECORDS).filter(condition).boxed().toList();
  }

  private static List<Long> offsets(CollectingSink<LogEvent> sink) {
    return sink.collected().stream().map(LogEvent::offset).sorted().collect(Collectors.toList());
  }

  private static List<Long> deadOffsets(CollectingSink<DeadLetter> sink) {
    return sink.collected().stream()
        .map(letter -> letter.origin().offset())
        .sorted()
        .collect(Collectors.toList());
  }
}
