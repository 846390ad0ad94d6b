package io.weir.gateway.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.operation.DeadLetters.Letter;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewestLettersTest {

  @Test
  void keepsTheNewestInWhateverOrderTheyCome() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Letter> all =
          new ArrayList<>(
              IntStream.range(0, 200).mapToObj(i -> letter(i % 3, i / 3, i / 4, 10)).toList());
      Collections.shuffle(all, random);
      int limit = 1 + random.nextInt(50);
      NewestLetters newest = new NewestLetters(limit, random.nextBoolean());
      all.forEach(newest::add);
      List<Letter> expected =
          all.stream()
              .sorted(
                  Comparator.comparingLong(Letter::writtenMillis)
                      .reversed()
                      .thenComparingInt(Letter::partition)
                      .thenComparing(Comparator.comparingLong(Letter::position).reversed()))
              .toList();
      assertThat(newest.letters()).as("seed " + seed).isEqualTo(expected.subList(0, limit));
      for (Map.Entry<Integer, Long> left : newest.leftOut().entrySet()) {
        assertThat(
                expected.subList(limit, 200).stream()
                    .filter(letter -> letter.partition() == left.getKey())
                    .mapToLong(Letter::position)
                    .max())
            .hasValue(left.getValue());
      }
    }
  }

  @Test
  void isFullOnceNothingOlderWouldBeKept() {
    NewestLetters newest = new NewestLetters(2, false);
    newest.add(letter(0, 0, 100, 1));
    assertThat(newest.isFullSince(0)).isFalse();
    newest.add(letter(0, 1, 200, 1));
    assertThat(newest.isFullSince(100)).isTrue();
    assertThat(newest.isFullSince(101)).isFalse();
  }

  @Test
  void keepsBeginningsOfPayloadsUnlessToldOtherwise() {
    NewestLetters heads = new NewestLetters(5, false);
    heads.add(letter(0, 0, 1, 10_000));
    assertThat(heads.letters().get(0).letter().payload()).hasSize(NewestLetters.HEAD_BYTES);
    assertThat(heads.letters().get(0).payloadBytes()).isEqualTo(10_000);
    NewestLetters whole = new NewestLetters(5, true);
    whole.add(letter(0, 0, 1, 10_000));
    assertThat(whole.letters().get(0).letter().payload()).hasSize(10_000);
  }

  @Test
  void cutsTheOlderOnesOnceAllOfThemAreTooLarge() {
    int third = (int) (NewestLetters.WHOLE_BYTES / 3);
    NewestLetters newest = new NewestLetters(5, true);
    newest.add(letter(0, 0, 1, third));
    newest.add(letter(0, 1, 4, third));
    newest.add(letter(1, 0, 2, third));
    newest.add(letter(1, 1, 3, third));
    assertThat(newest.letters()).extracting(Letter::writtenMillis).containsExactly(4L, 3L, 2L, 1L);
    assertThat(newest.letters())
        .extracting(letter -> letter.letter().payload().length)
        .containsExactly(third, third, third, NewestLetters.HEAD_BYTES);
    int huge = (int) NewestLetters.WHOLE_BYTES + 1;
    newest.add(letter(0, 2, 9, huge));
    assertThat(newest.letters())
        .extracting(letter -> letter.letter().payload().length)
        .as("the newest is whole however large it is")
        .containsExactly(
            huge,
            NewestLetters.HEAD_BYTES,
            NewestLetters.HEAD_BYTES,
            NewestLetters.HEAD_BYTES,
            NewestLetters.HEAD_BYTES);
  }

  private static Letter letter(int partition, long position, long millis, int bytes) {
    return new Letter(
        partition,
        position,
        millis,
        new DeadLetter(
            new RecordOrigin("logs", "it000", 0, position, 0),
            DeadLetter.Stage.PARSE,
            DeadLetter.Store.ALL,
            "not_json",
            "no JSON",
            DeadLetter.PayloadKind.RECORD,
            new byte[bytes]),
        bytes);
  }
}
