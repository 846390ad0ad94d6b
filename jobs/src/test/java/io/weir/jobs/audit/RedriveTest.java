package io.weir.jobs.audit;

import static io.weir.jobs.audit.TestingLetters.CODE;
import static io.weir.jobs.audit.TestingLetters.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.FactBlock;
import io.weir.model.audit.FactCollector;
import io.weir.model.audit.Facts;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.JudgeBlock;
import io.weir.model.audit.TopicSpan;
import io.weir.operators.audit.AddTallies;
import io.weir.operators.audit.HourKey;
import io.weir.sinks.archive.ReadEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RedriveTest {
  private final TestingLetters letters = new TestingLetters();
  private final TestingStores stores = new TestingStores();

  private record Record(int partition, long offset) {}

  /** Two stores in memory that an audit looks into as it does into real ones. */
  private static final class TestingStores implements Redrive.Stores {
    private final Set<Record> hot = new HashSet<>();
    private final List<Record> archive = new ArrayList<>();
    private final Set<Record> stillRefused = new HashSet<>();
    private final List<RepairPlan> written = new ArrayList<>();

    @Override
    public List<HourTally> look(AuditPlan plan) {
      Map<FactBlock, FactBlock> blocks = new LinkedHashMap<>();
      try (FactCollector facts =
          new FactCollector(
              "logs",
              block ->
                  blocks.merge(
                      FactBlock.unknown("logs", block.partition(), block.block()),
                      block,
                      FactBlock::merge))) {
        for (HourSlice slice : plan.slices()) {
          for (long offset = slice.first(); offset < slice.end(); offset++) {
            facts.add(slice.partition(), offset, (byte) 0);
          }
        }
        hot.forEach(record -> facts.add(record.partition(), record.offset(), Facts.HOT));
        archive.forEach(record -> facts.add(record.partition(), record.offset(), Facts.ARCHIVED));
      }
      Map<HourKey, HourTally> tallies = new HashMap<>();
      JudgeBlock judge = new JudgeBlock(plan.slices(), true, true);
      blocks
          .values()
          .forEach(
              block ->
                  judge.judge(
                      block,
                      tally ->
                          tallies.merge(
                              new HourKey.Of().getKey(tally),
                              tally,
                              AddTallies.bounded()::reduce)));
      return List.copyOf(tallies.values());
    }

    @Override
    public void write(RepairPlan plan, Instant from, Instant to) {
      written.add(plan);
      for (int partition = 0; partition < 2; partition++) {
        for (long offset = 0; offset < 100_000; offset++) {
          Record record = new Record(partition, offset);
          if (stillRefused.contains(record)) {
            continue;
          }
          if (plan.hot().contains(CODE, partition, offset)) {
            hot.add(record);
          }
          if (plan.archive().contains(CODE, partition, offset)) {
            archive.add(record);
          }
        }
      }
    }
  }

  private Redrive.Outcome redrive(LetterBatches batches, long retainedFrom) throws Exception {
    return new Redrive(stores, true, false)
        .run(batches, TestingLetters.topics(retainedFrom), sum -> {});
  }

  @Test
  void moreLettersThanABatchTakesAreAllRedrivenByOneRunAndAnotherOneFindsNothing()
      throws Exception {
    for (int i = 0; i < 2_500; i++) {
      letters.refused(i % 2, 3L * i, i % 3 * HOUR);
      stores.archive.add(new Record(i % 2, 3L * i));
    }
    List<Long> progress = new ArrayList<>();

    Redrive.Outcome first =
        new Redrive(stores, true, false)
            .run(
                letters.batches(1_000),
                TestingLetters.topics(0),
                sum -> progress.add(sum.selected()));
    Redrive.Outcome second = redrive(letters.batches(1_000), 0);

    assertThat(first).isEqualTo(new Redrive.Outcome(2_500, 0, 2_500, 0, 0, 0));
    assertThat(progress).containsExactly(1_000L, 2_000L);
    assertThat(stores.hot).hasSize(2_500);
    assertThat(stores.archive).as("it had them all").hasSize(2_500);
    assertThat(second).isEqualTo(new Redrive.Outcome(2_500, 0, 0, 0, 0, 0));
    assertThat(second.complete()).isTrue();
    assertThat(stores.written).as("the first run's").hasSize(3);
  }

  @Test
  void whatIsStillRefusedHidesNothingBehindItAndIsToldInTheEnd() throws Exception {
    for (int i = 0; i < 300; i++) {
      letters.unreadable(0, i, 0, true);
      if (i < 200) {
        stores.stillRefused.add(new Record(0, i));
      }
    }

    Redrive.Outcome outcome = redrive(letters.batches(100), 0);

    assertThat(outcome).isEqualTo(new Redrive.Outcome(300, 0, 100, 100, 200, 0));
    assertThat(outcome.complete()).isFalse();
    assertThat(stores.archive).hasSize(100);
  }

  /** Nothing else that the stores lack is an offset of the letters. */
  @Test
  void thousandsOfOthersThatAreMissingInTheHourDoNotHideTheSelectedOnes() throws Exception {
    for (int i = 0; i < 10; i++) {
      letters.refused(0, 9_000L * i + 8_999, 0);
      stores.archive.add(new Record(0, 9_000L * i + 8_999));
    }

    Redrive.Outcome outcome = redrive(letters.batches(100), 0);

    assertThat(outcome).isEqualTo(new Redrive.Outcome(10, 0, 10, 0, 0, 0));
    assertThat(stores.hot).hasSize(10);
    assertThat(stores.written.get(0).fromKafka())
        .as("one by one, because they are far apart")
        .hasSize(10)
        .contains(new TopicSpan("logs", CODE, 0, 8_999, 9_000));
  }

  @Test
  void takesARecordFromWhoeverHasTheWholeOfIt() throws Exception {
    letters
        .unreadable(0, 10, 0, true)
        .unreadable(0, 11, 0, false)
        .unreadable(0, 50, 0, false)
        .refused(0, 12, 0)
        .refused(0, 13, 0)
        .refused(0, 60, 0)
        .refused(0, 61, 0);
    stores.archive.add(new Record(0, 12));
    stores.archive.add(new Record(0, 60));
    stores.archive.add(new Record(0, 61));

    Redrive.Outcome outcome = redrive(letters.batches(100), 40);

    RepairPlan plan = stores.written.get(0);
    assertThat(plan.unreadable().contains(CODE, 0, 10)).as("out of its letter").isTrue();
    assertThat(plan.unreadable().count()).isEqualTo(1);
    assertThat(plan.fromLetters()).isNotEmpty();
    assertThat(plan.fromKafka())
        .as("the letter has the beginning of 50 only; near ones are read together")
        .containsExactly(new TopicSpan("logs", CODE, 0, 50, 62));
    assertThat(plan.fromArchive())
        .as("Kafka has deleted it")
        .singleElement()
        .extracting(ReadEvents.Wanted::offsets)
        .hasToString("12");
    assertThat(outcome)
        .as("11 is whole nowhere, and 13 is not in the archive either")
        .isEqualTo(new Redrive.Outcome(7, 0, 5, 2, 0, 2));
    assertThat(outcome.complete()).isFalse();
  }

  @Test
  void withoutAnArchiveWhatKafkaHasDeletedIsLost() throws Exception {
    letters.refused(0, 12, 0);

    Redrive.Outcome outcome =
        new Redrive(stores, false, false)
            .run(letters.batches(100), TestingLetters.topics(40), sum -> {});

    assertThat(outcome).isEqualTo(new Redrive.Outcome(1, 0, 0, 0, 0, 1));
    assertThat(stores.written).as("nothing to write").isEmpty();
  }

  @Test
  void aDryRunWritesNothingAndSaysWhatWouldBeTried() throws Exception {
    letters.unreadable(0, 1, 0, true).refused(0, 2, 0);

    Redrive.Outcome outcome =
        new Redrive(stores, true, true)
            .run(letters.batches(1), TestingLetters.topics(0), sum -> {});

    assertThat(outcome).isEqualTo(new Redrive.Outcome(2, 0, 2, 1, 0, 0));
    assertThat(stores.written).isEmpty();
  }
}
