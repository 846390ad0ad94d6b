package io.weir.model.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeBlockTest {
  private static final long HOUR = 3_600_000L;
  private static final HourSlice FIRST = new HourSlice("logs", 3, 0, 0, 10, 1_000, 0);

  private final List<FactBlock> blocks = new ArrayList<>();
  private final FactCollector facts = new FactCollector("logs", blocks::add);

  private List<HourTally> judge(HourSlice... slices) {
    facts.close();
    FactBlock block =
        blocks.stream().reduce(FactBlock::merge).orElse(FactBlock.unknown("logs", 3, 0));
    List<HourTally> tallies = new ArrayList<>();
    new JudgeBlock(List.of(slices), true, true).judge(block, tallies::add);
    return tallies;
  }

  private void everywhere(long first, long last) {
    for (long offset = first; offset <= last; offset++) {
      facts.add(3, offset, Facts.HOT);
      facts.add(3, offset, Facts.ARCHIVED);
    }
  }

  @Test
  void whatIsInBothStoresOnceIsComplete() {
    everywhere(0, 9);

    HourTally tally = judge(FIRST).get(0);

    assertThat(tally.complete()).isTrue();
    assertThat(tally.expected()).isEqualTo(10);
    assertThat(tally.hot().stored()).isEqualTo(10);
    assertThat(tally.archive().stored()).isEqualTo(10);
  }

  @Test
  void whatNobodyHasSeenIsMissingInBoth() {
    HourTally tally = judge(FIRST).get(0);

    assertThat(tally.hot().missing()).isEqualTo(OffsetRanges.of(0, 9));
    assertThat(tally.archive().missing()).isEqualTo(OffsetRanges.of(0, 9));
  }

  @Test
  void namesWhatOneStoreLacksAndWhatAnotherHasTwice() {
    everywhere(0, 4);
    everywhere(7, 9);
    facts.add(3, 5, Facts.HOT);
    facts.add(3, 6, Facts.ARCHIVED);
    facts.add(3, 8, Facts.HOT);
    facts.add(3, 9, Facts.ARCHIVED);
    facts.add(3, 9, Facts.ARCHIVED);

    HourTally tally = judge(FIRST).get(0);

    assertThat(tally.hot().missing()).isEqualTo(OffsetRanges.of(6, 6));
    assertThat(tally.archive().missing()).isEqualTo(OffsetRanges.of(5, 5));
    assertThat(tally.hot().doubled()).isEqualTo(OffsetRanges.of(8, 8));
    assertThat(tally.archive().doubled()).isEqualTo(OffsetRanges.of(9, 9));
  }

  @Test
  void deadLettersDuplicatesAndPolicyAccountForWhatIsNotThere() {
    everywhere(4, 9);
    facts.add(3, 0, (byte) (Facts.DEAD_FOR_HOT | Facts.DEAD_FOR_ARCHIVE));
    facts.add(3, 1, Facts.DUPLICATE);
    facts.add(3, 2, (byte) (Facts.ARCHIVED | Facts.NOT_FOR_HOT));
    facts.add(3, 3, Facts.ARCHIVED);
    facts.add(3, 3, Facts.DEAD_FOR_HOT);

    HourTally tally = judge(FIRST).get(0);

    assertThat(tally.complete()).isTrue();
    assertThat(tally.duplicates()).isEqualTo(1);
    assertThat(tally.notForHot()).isEqualTo(1);
    assertThat(tally.hot().dead()).isEqualTo(2);
    assertThat(tally.archive().dead()).isEqualTo(1);
  }

  @Test
  void aDeadLetterForOneStoreDoesNotExcuseTheOther() {
    everywhere(1, 9);
    facts.add(3, 0, Facts.DEAD_FOR_HOT);

    HourTally tally = judge(FIRST).get(0);

    assertThat(tally.hot().complete()).isTrue();
    assertThat(tally.archive().missing()).isEqualTo(OffsetRanges.of(0, 0));
  }

  @Test
  void aLetterRepeatedAfterARestartIsNoDoubleAndARedrivenRecordIsStored() {
    everywhere(0, 9);
    facts.add(3, 4, Facts.DEAD_FOR_HOT);
    facts.add(3, 4, Facts.DEAD_FOR_HOT);

    HourTally tally = judge(FIRST).get(0);

    assertThat(tally.complete()).isTrue();
    assertThat(tally.hot().stored()).isEqualTo(10);
    assertThat(tally.hot().dead()).isZero();
  }

  @Test
  void whatTheJobHasNotPassedIsPendingAndNotMissing() {
    everywhere(0, 5);

    HourTally tally = judge(new HourSlice("logs", 3, 0, 0, 10, 6, 0)).get(0);

    assertThat(tally.status()).isEqualTo(HourTally.Status.PENDING);
    assertThat(tally.complete()).as("what is pending is in no store").isFalse();
    assertThat(tally.expected()).isEqualTo(6);
    assertThat(tally.pending()).isEqualTo(4);
    assertThat(tally.hot().complete() && tally.archive().complete()).isTrue();
  }

  @Test
  void aBlockIsSharedOutToTheHoursThatHaveAPartOfIt() {
    everywhere(0, 19);

    List<HourTally> tallies =
        judge(
            FIRST,
            new HourSlice("logs", 3, HOUR, 10, 30, 1_000, 0),
            new HourSlice("logs", 4, HOUR, 0, 30, 1_000, 0));

    assertThat(tallies).extracting(HourTally::hourMillis).containsExactly(0L, HOUR);
    assertThat(tallies.get(0).complete()).isTrue();
    assertThat(tallies.get(1).hot().missing()).isEqualTo(OffsetRanges.of(20, 29));
    assertThat(tallies.get(1).expected()).isEqualTo(20);
  }

  @Test
  void slicesOfSingleOffsetsAreJudgedAlone() {
    HourSlice[] selected = new HourSlice[400];
    for (int i = 0; i < selected.length; i++) {
      selected[i] = new HourSlice("logs", 3, 0, 5 * i, 5 * i + 1, 10_000, 0);
    }

    List<HourTally> tallies = judge(selected);

    assertThat(tallies).as("those of the first block").hasSize(205);
    HourTally sum = tallies.stream().reduce(HourTally::plus).orElseThrow();
    assertThat(sum.expected()).isEqualTo(205);
    assertThat(sum.hot().missing().bounds()[409]).isEqualTo(1_020);
    assertThat(sum.hot().missing().size()).as("nothing between them").isEqualTo(205);
  }

  @Test
  void anHourThatReachesOverOthersIsFoundBehindThem() {
    everywhere(0, 1_023);

    List<HourTally> tallies =
        judge(
            new HourSlice("logs", 3, 0, 0, 900, 10_000, 0),
            new HourSlice("logs", 3, HOUR, 100, 200, 10_000, 0),
            new HourSlice("logs", 3, 2 * HOUR, 2_000, 3_000, 10_000, 0));

    assertThat(tallies).extracting(HourTally::expected).containsExactly(900L, 100L);
  }

  @Test
  void aStoreThatIsNotWrittenLacksNothing() {
    List<HourTally> tallies = new ArrayList<>();

    new JudgeBlock(List.of(FIRST), false, true)
        .judge(FactBlock.unknown("logs", 3, 0), tallies::add);

    assertThat(tallies.get(0).hot().complete()).isTrue();
    assertThat(tallies.get(0).archive().missing().count()).isEqualTo(10);
  }

  @Test
  void manyOpenBlocksAreHandedOnAndMergeToTheSame() {
    for (int round = 0; round < 2; round++) {
      for (long block = 0; block < 5_000; block++) {
        facts.add(3, block * FactBlock.SIZE + 7, Facts.ARCHIVED);
      }
    }
    facts.close();

    byte first =
        blocks.stream()
            .filter(block -> block.block() == 0)
            .reduce(FactBlock::merge)
            .orElseThrow()
            .at(7);

    assertThat(first).isEqualTo((byte) (Facts.ARCHIVED | Facts.ARCHIVED_TWICE));
    assertThat(blocks).hasSizeGreaterThan(5_000);
  }
}
