package io.weir.operators.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.StoreTally;
import io.weir.model.log.LogLimits;
import io.weir.operators.logs.JsonLogParserFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class CheckSuspectsTest {
  private static final Instant NOW = Instant.parse("2026-03-29T10:30:00Z");
  private static final LogLimits LIMITS =
      new LogLimits(1 << 20, 10_000, 20, Duration.ofMinutes(10), Duration.ofDays(30));

  private static HourTally check(TestingPartition partition, HourTally tally) throws Exception {
    CheckSuspects operator =
        new CheckSuspects(
            partition.factory(), new JsonLogParserFactory(LIMITS), topic -> Uuid.METADATA_TOPIC_ID);
    try (OneInputStreamOperatorTestHarness<HourTally, HourTally> harness =
        new OneInputStreamOperatorTestHarness<>(new StreamMap<>(operator))) {
      harness.open();
      harness.processElement(tally, 0);
      return harness.extractOutputValues().get(0);
    }
  }

  private static HourTally missing(OffsetRanges hot, OffsetRanges archive, long retainedFrom) {
    return new HourTally(
        "logs",
        0,
        0,
        100,
        0,
        0,
        0,
        retainedFrom,
        new StoreTally(100 - hot.count(), 0, hot, OffsetRanges.NONE),
        new StoreTally(100 - archive.count(), 0, archive, OffsetRanges.NONE));
  }

  private static byte[] event(Instant time) {
    return ("{\"timestamp\":\"" + time + "\",\"service\":\"a\",\"message\":\"m\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static TestingPartition partition(long... offsets) {
    TestingPartition partition = new TestingPartition("logs", NOW.toEpochMilli());
    for (long offset : offsets) {
      partition.add(offset, event(NOW));
    }
    return partition;
  }

  @Test
  void whatIsARecordStaysMissing() throws Exception {
    OffsetRanges lost = OffsetRanges.of(3, 5);

    HourTally checked = check(partition(3, 4, 5).end(100), missing(lost, lost, 0));

    assertThat(checked).isEqualTo(missing(lost, lost, 0));
  }

  @Test
  void anOffsetWithoutARecordIsNotExpected() throws Exception {
    OffsetRanges suspects = OffsetRanges.of(3, 8);

    HourTally checked = check(partition(4, 5, 7, 9).end(100), missing(suspects, suspects, 0));

    OffsetRanges lost = OffsetRanges.of(4, 5).union(OffsetRanges.of(7, 7));
    assertThat(checked.hot().missing()).isEqualTo(lost);
    assertThat(checked.archive().missing()).isEqualTo(lost);
    assertThat(checked.expected()).isEqualTo(97);
  }

  @Test
  void whatLiesBetweenSuspectsIsNoConcernOfTheirs() throws Exception {
    // Between the first two there is a record that is too old, and an offset without a record.
    OffsetRanges suspects =
        OffsetRanges.of(3, 3).union(OffsetRanges.of(6, 6)).union(OffsetRanges.of(9_000, 9_001));
    TestingPartition partition = partition(3).end(10_000);
    partition.add(4, event(NOW.minus(Duration.ofDays(31))));
    partition.add(9_001, event(NOW));

    HourTally checked = check(partition, missing(suspects, suspects, 0));

    OffsetRanges lost = OffsetRanges.of(3, 3).union(OffsetRanges.of(9_001, 9_001));
    assertThat(checked.hot().missing()).isEqualTo(lost);
    assertThat(checked.archive().missing()).isEqualTo(lost);
    assertThat(checked.expected()).isEqualTo(98);
    assertThat(checked.notForHot()).isZero();
    assertThat(partition.seeks()).as("two places").isEqualTo(2);
  }

  @Test
  void marksOfMoreTransactionsThanAReportTellsAreNoLosses() throws Exception {
    int records = 3 * OffsetRanges.MAX_RANGES;
    TestingPartition partition = new TestingPartition("logs", NOW.toEpochMilli());
    OffsetRanges.Builder marks = OffsetRanges.Builder.exact();
    for (long offset = 0; offset < records; offset += 2) {
      partition.add(offset, event(NOW));
      marks.add(offset + 1);
    }
    partition.add(records, event(NOW));
    OffsetRanges suspects = OffsetRanges.of(0, 0).union(marks.build());

    HourTally checked = check(partition, missing(suspects, suspects, 0));

    assertThat(checked.hot().missing()).isEqualTo(OffsetRanges.of(0, 0));
    assertThat(checked.archive().missing()).isEqualTo(OffsetRanges.of(0, 0));
    assertThat(checked.expected()).isEqualTo(100 - records / 2);
  }

  @Test
  void whatIsReallyMissingIsToldAsFarAsAReportGoes() throws Exception {
    OffsetRanges.Builder lost = OffsetRanges.Builder.exact();
    TestingPartition partition = new TestingPartition("logs", NOW.toEpochMilli());
    for (long offset = 0; offset < 3L * OffsetRanges.MAX_RANGES; offset++) {
      partition.add(offset, event(NOW));
      if (offset % 2 == 0) {
        lost.add(offset);
      }
    }

    HourTally checked = check(partition, missing(lost.build(), OffsetRanges.NONE, 0));

    assertThat(checked.hot().missing().size()).isEqualTo(OffsetRanges.MAX_RANGES);
    assertThat(checked.hot().missing().count()).isEqualTo(3L * OffsetRanges.MAX_RANGES / 2);
  }

  @Test
  void anEventThatWasTooOldForTheHotStoreIsMissingInTheArchiveOnly() throws Exception {
    TestingPartition partition = partition(3).end(100);
    partition.add(4, event(NOW.minus(Duration.ofDays(31))));
    OffsetRanges suspects = OffsetRanges.of(3, 4);

    HourTally checked = check(partition, missing(suspects, suspects, 0));

    assertThat(checked.hot().missing()).isEqualTo(OffsetRanges.of(3, 3));
    assertThat(checked.archive().missing()).isEqualTo(suspects);
    assertThat(checked.notForHot()).isEqualTo(1);
  }

  @Test
  void whatKafkaNoLongerHasStaysMissing() throws Exception {
    OffsetRanges suspects = OffsetRanges.of(3, 8);

    HourTally checked =
        check(partition(7, 8).begin(6).end(100), missing(suspects, OffsetRanges.NONE, 6));

    assertThat(checked.hot().missing())
        .isEqualTo(OffsetRanges.of(3, 5).union(OffsetRanges.of(7, 8)));
    assertThat(Optional.of(checked.expected())).contains(99L);
  }
}
