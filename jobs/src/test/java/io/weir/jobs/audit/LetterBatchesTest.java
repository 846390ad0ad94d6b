package io.weir.jobs.audit;

import static io.weir.jobs.audit.TestingLetters.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.jobs.audit.SelectedLetters.Hour;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LetterBatchesTest {
  private final TestingLetters letters = new TestingLetters();

  private static List<SelectedLetters> all(LetterBatches batches) {
    List<SelectedLetters> all = new ArrayList<>();
    for (Optional<SelectedLetters> next = batches.next(); next.isPresent(); next = batches.next()) {
      all.add(next.get());
    }
    return all;
  }

  @Test
  void everyLetterIsInOneBatchHoweverManyThereAre() {
    for (int i = 0; i < 25_000; i++) {
      letters.refused(i % 2, i, 0);
    }

    List<SelectedLetters> batches = all(letters.batches(7_000));

    assertThat(batches)
        .extracting(SelectedLetters::records)
        .containsExactly(7_000, 7_000, 7_000, 4_000);
    OffsetRanges taken =
        batches.stream()
            .flatMap(batch -> batch.hours().values().stream())
            .map(SelectedLetters.Offsets::lackedByHot)
            .reduce(OffsetRanges::union)
            .orElseThrow();
    assertThat(taken).isEqualTo(OffsetRanges.of(0, 24_999));
    assertThat(batches)
        .extracting(SelectedLetters::letters)
        .as("each batch knows the letters that it was made of, and nobody else's")
        .extracting(spans -> spans.stream().mapToLong(span -> span.end() - span.first()).sum())
        .containsExactly(7_000L, 7_000L, 7_000L, 4_000L);
    assertThat(letters.lettersRead())
        .as("a window is read again, not the topic")
        .isLessThan(60_000);
  }

  @Test
  void anHourGetsNoMoreThanAnAuditTellsApart() {
    for (int i = 0; i < OffsetRanges.MAX_RANGES + 3; i++) {
      letters.refused(0, 2L * i, 0);
    }
    letters.refused(0, 1, HOUR);

    List<SelectedLetters> batches = all(letters.batches(1_000_000));

    assertThat(batches).hasSize(2);
    assertThat(batches.get(0).full()).isTrue();
    assertThat(batches.get(0).hours()).containsOnlyKeys(new Hour("logs", 0, 0));
    assertThat(batches.get(0).records()).isEqualTo(OffsetRanges.MAX_RANGES);
    assertThat(batches.get(1).hours())
        .containsOnlyKeys(new Hour("logs", 0, 0), new Hour("logs", 0, HOUR));
    assertThat(batches.get(1).records()).isEqualTo(4);
    assertThat(batches.get(1).from()).isEqualTo(Instant.EPOCH);
    assertThat(batches.get(1).to()).isEqualTo(Instant.ofEpochMilli(2 * HOUR));
  }

  @Test
  void notesByWhichStoreARecordIsLacked() {
    letters
        .unreadable(0, 1, 0, true)
        .unreadable(0, 2, 0, false)
        .refused(0, 3, 0)
        .refused(0, 3, 0)
        .add(
            new DeadLetter(
                new RecordOrigin("logs", TestingLetters.CODE, 0, 4, 0),
                DeadLetter.Stage.WRITE,
                DeadLetter.Store.ARCHIVE,
                "refused",
                "words",
                DeadLetter.PayloadKind.NONE,
                new byte[0]),
            true);

    SelectedLetters selected = letters.all();

    SelectedLetters.Offsets offsets = selected.hours().get(new Hour("logs", 0, 0));
    assertThat(selected.records()).as("one record has two letters").isEqualTo(4);
    assertThat(offsets.lackedByHot()).isEqualTo(OffsetRanges.of(1, 3));
    assertThat(offsets.lackedByArchive())
        .isEqualTo(OffsetRanges.of(1, 2).union(OffsetRanges.of(4, 4)));
    assertThat(offsets.whole()).isEqualTo(OffsetRanges.of(1, 1));
    assertThat(offsets.all()).isEqualTo(OffsetRanges.of(1, 4));
  }

  @Test
  void leavesAloneWhatIsNotSelectedAndWhatIsOfAnEarlierTopic() {
    letters
        .unreadable(0, 1, 0, true)
        .refused(0, 2, 0)
        .add(
            new DeadLetter(
                new RecordOrigin("logs", "older", 0, 3, 0),
                DeadLetter.Stage.WRITE,
                DeadLetter.Store.ELASTICSEARCH,
                "mapping_rejected",
                "words",
                DeadLetter.PayloadKind.NONE,
                new byte[0]),
            true);

    SelectedLetters selected = letters.batches(100, "mapping_rejected").next().orElseThrow();

    assertThat(selected.records()).isEqualTo(1);
    assertThat(selected.hours().get(new Hour("logs", 0, 0)).all()).isEqualTo(OffsetRanges.of(2, 2));
    assertThat(selected.ofEarlierTopics()).isEqualTo(1);
    assertThat(letters.batches(100, "not_json").next().orElseThrow().records()).isZero();
  }
}
