package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.jobs.audit.AuditTopology;
import io.weir.jobs.audit.RepairPlan;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.operators.audit.OffsetSelection;
import io.weir.sinks.archive.ReadEvents;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The graph on a cluster in this JVM: what each source has goes where it is lacking. */
class RepairTopologyTest {
  private static final String CODE = "0a1b2";

  @RegisterExtension private static final MiniClusterExtension CLUSTER = TestCluster.ofTwoSlots();

  private final CollectingSink<LogEvent> hot = new CollectingSink<>();
  private final CollectingSink<LogEvent> archive = new CollectingSink<>();
  private final CollectingSink<DeadLetter> deadLetters = new CollectingSink<>();

  /** The stream of {@link TestingLogs} again: every tenth from 3 on is poison. */
  private record Records() implements FlatMapFunction<TopicSpan, ParsedLog> {
    @Override
    public void flatMap(TopicSpan span, Collector<ParsedLog> out) {
      for (long offset = span.first(); offset < span.end(); offset++) {
        out.collect(TestingLogs.at(offset));
      }
    }
  }

  private record Archived() implements FlatMapFunction<String, LogEvent> {
    @Override
    public void flatMap(String file, Collector<LogEvent> out) {
      out.collect(TestingLogs.at(Long.parseLong(file)).event());
    }
  }

  private static RepairPlan plan() {
    return new RepairPlan(
        new OffsetSelection()
            .add(CODE, 0, OffsetRanges.of(0, 1))
            .add(CODE, 0, OffsetRanges.of(100, 105))
            .add(CODE, 0, OffsetRanges.of(201, 201)),
        new OffsetSelection()
            .add(CODE, 0, OffsetRanges.of(104, 108))
            .add(CODE, 0, OffsetRanges.of(201, 201)),
        // The second of them has more than it was made for: 201 comes out of a letter.
        List.of(new TopicSpan("logs", CODE, 0, 100, 109), new TopicSpan("logs", CODE, 0, 200, 203)),
        List.of(new ReadEvents.Wanted(CODE, 0, OffsetRanges.of(0, 1))),
        // A record may have letters in several of them, here each has all.
        List.of(
            new TopicSpan("letters", "other", 0, 201, 202),
            new TopicSpan("letters", "other", 0, 201, 202),
            new TopicSpan("letters", "other", 1, 201, 202)),
        new OffsetSelection().add(CODE, 0, OffsetRanges.of(201, 201)),
        0,
        0);
  }

  private void build(StreamExecutionEnvironment env, boolean letters) {
    RepairTopology.build(
        env,
        plan(),
        new RepairTopology.Readers(
            new Records(),
            new Records(),
            Optional.of(
                new AuditTopology.ArchiveFiles(
                    List.of("all"),
                    (folder, out) -> {
                      out.collect("0");
                      out.collect("1");
                    })),
            Optional.of(new Archived())),
        letters,
        new LogsTopology.Sinks(Optional.of(hot), Optional.of(archive), deadLetters));
  }

  private static StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment(
        Configuration.fromMap(
            Map.of(
                "execution.runtime-mode", "BATCH",
                "parallelism.default", "2",
                "pipeline.generic-types", "false",
                "pipeline.auto-generate-uids", "false",
                "pipeline.object-reuse", "true")));
  }

  @Test
  void eachStoreGetsWhatItLacksOnceFromWhoeverHasIt() throws Exception {
    StreamExecutionEnvironment env = environment();
    build(env, true);

    env.execute();

    assertThat(hot.collected())
        .extracting(LogEvent::offset)
        .as("105 and 0 are too old for it, 103 is poison, 201 comes out of a letter")
        .containsExactlyInAnyOrderElementsOf(
            List.of(0L, 1L, 100L, 101L, 102L, 104L, 201L).stream()
                .filter(offset -> offset < 2 || !TestingLogs.isTooOld(offset))
                .toList());
    assertThat(archive.collected())
        .extracting(LogEvent::offset)
        .containsExactlyInAnyOrder(104L, 105L, 106L, 107L, 108L, 201L);
    assertThat(deadLetters.collected())
        .extracting(letter -> letter.origin().offset())
        .containsExactly(103L);
  }

  @Test
  void everyNodeHasAUid() {
    StreamExecutionEnvironment env = environment();
    build(env, false);

    assertThat(env.getStreamGraph().getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .doesNotContainNull();
  }
}
