package io.weir.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.jobs.TestCluster;
import io.weir.model.audit.FactBlock;
import io.weir.model.audit.FactCollector;
import io.weir.model.audit.Facts;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.StoreTally;
import io.weir.model.audit.TopicSpan;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The graph on a cluster in this JVM, with readers of a made-up past. */
class AuditTopologyTest {
  private static final long HOUR = 3_600_000L;
  private static final long PER_HOUR = 5_000;

  @RegisterExtension private static final MiniClusterExtension CLUSTER = TestCluster.ofTwoSlots();

  /** Says of each offset of a span what a store would. */
  private record Store(byte fact, long missing, long doubled)
      implements FlatMapFunction<TopicSpan, FactBlock> {
    @Override
    public void flatMap(TopicSpan span, Collector<FactBlock> out) {
      try (FactCollector facts = new FactCollector(span.topic(), out::collect)) {
        for (long offset = span.first(); offset < span.end(); offset++) {
          boolean there = offset != missing || span.partition() != 1;
          for (int i = 0; i < (there ? offset == doubled ? 2 : 1 : 0); i++) {
            facts.add(span.partition(), offset, fact);
          }
        }
      }
    }
  }

  /** The files of this archive are called by the offsets in them. */
  private record Names() implements FlatMapFunction<String, String> {
    @Override
    public void flatMap(String folder, Collector<String> out) {
      for (int partition = 0; partition < 2; partition++) {
        for (long first = 0; first < 2 * PER_HOUR; first += 500) {
          out.collect(partition + " " + first);
        }
      }
    }
  }

  private record Rows(long lostFile) implements FlatMapFunction<String, FactBlock> {
    @Override
    public void flatMap(String file, Collector<FactBlock> out) {
      long first = Long.parseLong(file.split(" ")[1]);
      if (first == lostFile && file.startsWith("0")) {
        return;
      }
      try (FactCollector facts = new FactCollector("logs", out::collect)) {
        for (long offset = first; offset < first + 500; offset++) {
          facts.add(Integer.parseInt(file.split(" ")[0]), offset, Facts.ARCHIVED);
        }
      }
    }
  }

  private static AuditPlan plan() {
    List<HourSlice> slices = new ArrayList<>();
    for (int partition = 0; partition < 2; partition++) {
      slices.add(new HourSlice("logs", partition, 0, 0, PER_HOUR, 9_990, 0));
      slices.add(new HourSlice("logs", partition, HOUR, PER_HOUR, 2 * PER_HOUR, 9_990, 0));
    }
    return new AuditPlan(
        Instant.EPOCH,
        Instant.EPOCH.plus(Duration.ofHours(2)),
        Map.of("logs", "it000"),
        slices,
        List.of(new TopicSpan("letters", "lt000", 1, 17, 18)),
        false,
        List.of());
  }

  private static AuditTopology.Readers readers() {
    return new AuditTopology.Readers(
        Optional.of(new Store(Facts.HOT, 17, 42)),
        Optional.of(
            new AuditTopology.ArchiveReaders(
                new AuditTopology.ArchiveFiles(List.of("all"), new Names()), new Rows(7_500))),
        (span, out) -> {
          try (FactCollector facts = new FactCollector("logs", out::collect)) {
            facts.add(0, 7_600, Facts.DEAD_FOR_ARCHIVE);
          }
        },
        tally -> tally);
  }

  private static StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment(BatchEnvironment.configuration(2, 0));
  }

  @Test
  void namesForEachHourAndPartitionWhatIsMissingAndWhatIsDoubled() throws Exception {
    List<HourTally> tallies = new ArrayList<>();
    try (CloseableIterator<HourTally> found =
        AuditTopology.build(environment(), plan(), readers()).executeAndCollect()) {
      found.forEachRemaining(tallies::add);
    }
    tallies.sort(
        Comparator.comparingInt(HourTally::partition).thenComparingLong(HourTally::hourMillis));

    assertThat(tallies).hasSize(4);
    HourTally zeroFirst = tallies.get(0);
    assertThat(zeroFirst.hot().doubled()).isEqualTo(OffsetRanges.of(42, 42));
    assertThat(zeroFirst.hot().missing()).isEqualTo(OffsetRanges.NONE);
    assertThat(zeroFirst.archive().complete()).isTrue();
    HourTally zeroSecond = tallies.get(1);
    assertThat(zeroSecond.archive().missing())
        .isEqualTo(OffsetRanges.of(7_500, 7_599).union(OffsetRanges.of(7_601, 7_999)));
    assertThat(zeroSecond.archive().dead()).isEqualTo(1);
    assertThat(zeroSecond.pending()).isEqualTo(10);
    assertThat(zeroSecond.expected()).isEqualTo(PER_HOUR - 10);
    HourTally oneFirst = tallies.get(2);
    assertThat(oneFirst.hot().missing()).isEqualTo(OffsetRanges.of(17, 17));
    assertThat(oneFirst.hot().stored()).isEqualTo(PER_HOUR - 1);
    assertThat(tallies.get(3).status()).isEqualTo(HourTally.Status.PENDING);
  }

  /** As a topic with more transactions in an hour than a report has ranges. */
  @Test
  void suspectsAreLookedUpBeforeTheyAreCutToWhatAReportTells() throws Exception {
    long offsets = 3L * OffsetRanges.MAX_RANGES;
    AuditPlan plan =
        new AuditPlan(
            Instant.EPOCH,
            Instant.EPOCH.plus(Duration.ofHours(1)),
            Map.of("logs", "it000"),
            List.of(new HourSlice("logs", 0, 0, 0, offsets, offsets, 0)),
            List.of(),
            false,
            List.of());
    FlatMapFunction<TopicSpan, FactBlock> everyOther =
        (span, out) -> {
          try (FactCollector facts = new FactCollector(span.topic(), out::collect)) {
            for (long offset = span.first(); offset < span.end(); offset += 2) {
              facts.add(span.partition(), offset, Facts.HOT);
            }
          }
        };
    List<HourTally> tallies = new ArrayList<>();

    try (CloseableIterator<HourTally> found =
        AuditTopology.build(
                environment(),
                plan,
                new AuditTopology.Readers(
                    Optional.of(everyOther),
                    Optional.empty(),
                    (span, out) -> {},
                    AuditTopologyTest::withoutMissing))
            .executeAndCollect()) {
      found.forEachRemaining(tallies::add);
    }

    assertThat(tallies).singleElement().extracting(HourTally::complete).isEqualTo(true);
    assertThat(tallies.get(0).expected()).isEqualTo(offsets / 2);
  }

  private static HourTally withoutMissing(HourTally tally) {
    OffsetRanges suspects = tally.hot().missing();
    assertThat(suspects.leftOut()).isZero();
    return tally.with(
        tally.expected() - suspects.count(),
        tally.notForHot(),
        tally.hot().withMissing(OffsetRanges.NONE),
        tally.archive());
  }

  @Test
  void everyNodeHasAUid() {
    StreamExecutionEnvironment env = environment();
    AuditTopology.build(env, plan(), readers())
        .sinkTo(new org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink<>())
        .uid("sink");

    assertThat(env.getStreamGraph().getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .doesNotContainNull();
  }

  @Test
  void sumsPartitionsAndSaysTheDeliveredShare() {
    List<HourTally> tallies = new ArrayList<>();
    AuditPlan plan = plan();
    new io.weir.model.audit.JudgeBlock(plan.slices(), true, true)
        .judge(FactBlock.unknown("logs", 0, 0), tallies::add);

    AuditResult result = new AuditResult(plan, tallies);

    assertThat(result.complete()).isFalse();
    assertThat(result.hotRatio()).isZero();
    assertThat(result.counts()).containsEntry("missing_in_archive", (long) FactBlock.SIZE);
    assertThat(new AuditResult(plan, List.of()).ratios())
        .containsEntry("delivered_to_elasticsearch", 1.0);
  }

  @Test
  void whatTheJobHasNotPassedIsNotDelivered() {
    HourTally passed =
        new HourTally("logs", 0, 0, 300, 0, 0, 0, 0, StoreTally.NONE, StoreTally.NONE);
    HourTally half = new HourTally("logs", 1, 0, 50, 50, 0, 0, 0, StoreTally.NONE, StoreTally.NONE);
    HourTally stopped =
        new HourTally("logs", 2, 0, 0, 100, 0, 0, 0, StoreTally.NONE, StoreTally.NONE);

    AuditResult all = new AuditResult(plan(), List.of(passed, half, stopped));
    AuditResult none = new AuditResult(plan(), List.of(stopped));

    assertThat(all.complete()).as("neither missing nor there").isFalse();
    assertThat(all.ratios())
        .containsEntry("delivered_to_elasticsearch", 0.7)
        .containsEntry("delivered_to_archive", 0.7);
    assertThat(all.counts()).containsEntry("pending", 150L);
    assertThat(none.hotRatio()).as("a job that has not run for all of the time").isZero();
    assertThat(new AuditResult(plan(), List.of(passed)).complete()).isTrue();
  }

  @Test
  void theTableNamesHoursThatAreNotThereYet() {
    HourTally half = new HourTally("logs", 1, 0, 50, 50, 0, 0, 0, StoreTally.NONE, StoreTally.NONE);
    ByteArrayOutputStream text = new ByteArrayOutputStream();

    AuditReport.table(
        new AuditResult(plan(), List.of(half)),
        new PrintStream(text, true, StandardCharsets.UTF_8));

    assertThat(text.toString(StandardCharsets.UTF_8))
        .containsPattern("1970-01-01T00:00:00Z +logs +1 +50 +50 .* PENDING")
        .contains("PENDING: delivered to Elasticsearch 0.500000")
        .contains("the logs job has not passed 50 records");
  }
}
