package io.weir.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.StoreTally;
import io.weir.model.audit.TopicSpan;
import io.weir.sinks.archive.ReadEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepairPlanTest {
  private static final String CODE = "it000";

  private static RepairPlan plan(
      OffsetRanges hot, OffsetRanges archive, long retainedFrom, boolean readArchive) {
    HourTally tally =
        new HourTally(
            "logs",
            3,
            0,
            100,
            0,
            0,
            0,
            retainedFrom,
            new StoreTally(0, 0, hot, OffsetRanges.NONE),
            new StoreTally(0, 0, archive, OffsetRanges.NONE));
    AuditPlan audited =
        new AuditPlan(
            Instant.EPOCH,
            Instant.EPOCH.plus(Duration.ofHours(1)),
            Map.of("logs", CODE),
            List.of(),
            List.of(),
            false,
            List.of());
    return RepairPlan.of(new AuditResult(audited, List.of(tally)), readArchive);
  }

  @Test
  void whatKafkaHasGoesToEachStoreThatLacksIt() {
    RepairPlan plan = plan(OffsetRanges.of(10, 12), OffsetRanges.of(12, 15), 0, true);

    assertThat(plan.hot().count()).isEqualTo(3);
    assertThat(plan.archive().count()).isEqualTo(4);
    assertThat(plan.fromKafka()).containsExactly(new TopicSpan("logs", CODE, 3, 10, 16));
    assertThat(plan.fromArchive()).isEmpty();
    assertThat(plan.lost()).isZero();
  }

  @Test
  void whatKafkaHasDeletedComesFromTheArchiveIfThatHasIt() {
    RepairPlan plan = plan(OffsetRanges.of(10, 25), OffsetRanges.of(12, 13), 20, true);

    assertThat(plan.fromKafka()).containsExactly(new TopicSpan("logs", CODE, 3, 20, 26));
    assertThat(plan.fromArchive())
        .singleElement()
        .extracting(ReadEvents.Wanted::offsets)
        .hasToString("10-11, 14-19");
    assertThat(plan.archive().isEmpty()).isTrue();
    assertThat(plan.hot().contains(CODE, 3, 12)).as("nobody has it").isFalse();
    assertThat(plan.hot().count()).isEqualTo(14);
    assertThat(plan.lost()).as("once, though both lack it").isEqualTo(2);
  }

  @Test
  void withoutAnArchiveToReadThereIsNothingToDoForIt() {
    RepairPlan plan = plan(OffsetRanges.of(10, 12), OffsetRanges.NONE, 20, false);

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.hot().isEmpty()).isTrue();
    assertThat(plan.lost()).isEqualTo(3);
  }

  @Test
  void scatteredOffsetsAreReadInFewGoes() {
    OffsetRanges.Builder scattered = OffsetRanges.Builder.exact();
    for (long offset = 0; offset < 2_000_000; offset += 1_000) {
      scattered.add(offset);
    }

    RepairPlan plan = plan(scattered.build(), OffsetRanges.NONE, 0, true);

    assertThat(plan.hot().count()).isEqualTo(2_000);
    assertThat(plan.fromKafka())
        .extracting(TopicSpan::first, TopicSpan::end)
        .containsExactly(
            tuple(0L, 500_000L),
            tuple(500_000L, 1_000_000L),
            tuple(1_000_000L, 1_500_000L),
            tuple(1_500_000L, 1_999_001L));
  }

  @Test
  void whatAReportLeavesOutIsLeftForAnotherRepair() {
    OffsetRanges.Builder scattered = new OffsetRanges.Builder();
    for (long offset = 0; offset < 2L * OffsetRanges.MAX_RANGES + 10; offset += 2) {
      scattered.add(offset);
    }

    RepairPlan plan = plan(scattered.build(), OffsetRanges.NONE, 0, true);

    assertThat(plan.hot().count()).isEqualTo(OffsetRanges.MAX_RANGES);
    assertThat(plan.leftOut()).isEqualTo(5);
    assertThat(plan.lost()).isZero();
  }
}
