package io.weir.gateway.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.operation.DeadLetters.Letter;
import io.weir.gateway.operation.DeadLetters.Page;
import io.weir.gateway.operation.DeadLetters.Sample;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.RecordOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final String TOPIC = "logs-dead-letters";
  private static final long FIRST = 1_774_778_400_000L;

  private final TestingRecordTail tail = new TestingRecordTail();
  private final DeadLetters letters = new DeadLetters(tail, Map.of("logs", TOPIC, "metrics", "m"));

  @Test
  void goesBackPageByPageWithoutGapOrRepeat() {
    append(0, 3_000, "not_json");
    List<Long> seen = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    int pages = 0;
    do {
      Sample page = letters.newest("logs", LetterFilter.ANY, new Page(400, false, cursor));
      page.letters().forEach(letter -> seen.add(letter.letter().origin().offset()));
      assertThat(page.next().isPresent()).isEqualTo(seen.size() < 3_000);
      cursor = page.next();
      pages++;
    } while (cursor.isPresent());
    assertThat(pages).isEqualTo(8);
    assertThat(seen).isEqualTo(LongStream.range(0, 3_000).map(i -> 2_999 - i).boxed().toList());
  }

  @Test
  void saysHowFarItLookedAndCountsMoreThanItShows() {
    append(0, 3_000, "not_json");
    Sample sample = newest(LetterFilter.ANY, 10);
    assertThat(sample.letters()).hasSize(10);
    assertThat(sample.looked()).isEqualTo(1_000);
    assertThat(sample.retained()).isEqualTo(3_000);
    assertThat(sample.matching()).isEqualTo(1_000);
    assertThat(sample.complete()).isFalse();
    assertThat(sample.backToMillis()).hasValue(FIRST + 2_000_000);
    Sample all = newest(new Filter().reason("not_json").build(), 10);
    assertThat(all.looked()).isEqualTo(3_000);
    assertThat(all.complete()).isTrue();
    assertThat(all.backToMillis()).isEmpty();
    assertThat(all.next()).as("more than are shown").isPresent();
  }

  @Test
  void findsWhatDuplicatesHide() {
    append(0, 1, "mapping_rejected");
    append(1, 30_000, "duplicate");
    append(30_001, 1, "not_json");
    Sample shown = newest(LetterFilter.ANY, 50);
    assertThat(shown.byReason()).as("duplicates are counted").hasSize(3).containsValues(1, 30_000);
    assertThat(shown.letters())
        .hasSize(2)
        .noneMatch(letter -> letter.letter().reason().equals("duplicate"));
    assertThat(newest(new Filter().reason("mapping_rejected").build(), 50).letters()).hasSize(1);
    assertThat(newest(new Filter().reason("duplicate").build(), 50).letters()).hasSize(50);
    assertThat(newest(new Filter().duplicates().build(), 50).letters()).hasSize(50);
    assertThat(newest(new Filter().origin("logs", 3, 17).build(), 50).letters())
        .as("whoever names a record wants to know what became of it")
        .hasSize(1);
  }

  @Test
  void findsALetterByItsOriginAsFarBackAsTheLookGoesAndThenGoesOn() {
    append(0, 50_000, "not_json");
    LetterFilter origin = new Filter().origin("logs", 3, 2).build();
    Sample found = newest(origin, 10);
    assertThat(found.letters()).extracting(l -> l.letter().origin().offset()).containsExactly(2L);
    assertThat(found.complete()).isTrue();
    assertThat(found.unreadable()).isZero();
    tail.mostLooked(30_000);
    Sample first = newest(origin, 10);
    assertThat(first.letters()).isEmpty();
    assertThat(first.complete()).as("nobody takes it for not there").isFalse();
    Sample second = letters.newest("logs", origin, new Page(10, false, first.next()));
    assertThat(second.letters()).hasSize(1);
    assertThat(second.complete()).isTrue();
    assertThat(second.next()).isEmpty();
  }

  @Test
  void keepsTheTimesOfTheFirstPage() {
    append(0, 100, "not_json");
    LetterFilter between =
        new LetterFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalLong.of(FIRST + 20_000),
            OptionalLong.of(FIRST + 40_000),
            false);
    Sample first = newest(between, 15);
    assertThat(offsets(first)).isEqualTo(LongStream.range(0, 15).map(i -> 39 - i).boxed().toList());
    // As `now-1h` gives another time with each page.
    LetterFilter later =
        between.within(OptionalLong.of(FIRST + 30_000), OptionalLong.of(FIRST + 50_000));
    Sample second = letters.newest("logs", later, new Page(15, false, first.next()));
    assertThat(offsets(second)).containsExactly(24L, 23L, 22L, 21L, 20L);
    assertThat(second.next()).isEmpty();
  }

  @Test
  void refusesACursorOfSomethingElse() {
    append(0, 100, "not_json");
    Optional<String> cursor = newest(LetterFilter.ANY, 10).next();
    Page page = new Page(10, false, cursor);
    assertThatThrownBy(() -> letters.newest("metrics", LetterFilter.ANY, page))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cursor");
    assertThatThrownBy(() -> letters.newest("logs", new Filter().reason("x").build(), page))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("foreign");
    Page damaged = new Page(10, false, cursor.map(text -> text + "A"));
    assertThatThrownBy(() -> letters.newest("logs", LetterFilter.ANY, damaged))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("malformed");
  }

  @Test
  void passesOverWhatIsNoLetter() {
    append(0, 2, "not_json");
    tail.append(TOPIC, "what?".getBytes(UTF_8));
    tail.append(TOPIC, null);
    Sample sample = newest(LetterFilter.ANY, 10);
    assertThat(sample.unreadable()).isEqualTo(2);
    assertThat(sample.letters()).hasSize(2);
  }

  private Sample newest(LetterFilter filter, int limit) {
    return letters.newest("logs", filter, new Page(limit, false, Optional.empty()));
  }

  private static List<Long> offsets(Sample sample) {
    return sample.letters().stream().map(Letter::position).toList();
  }

  private void append(long firstOffset, int count, String reason) {
    for (long offset = firstOffset; offset < firstOffset + count; offset++) {
      DeadLetter letter =
          new DeadLetter(
              new RecordOrigin("logs", "it000", 3, offset, FIRST),
              DeadLetter.Stage.PARSE,
              DeadLetter.Store.ALL,
              reason,
              "words",
              DeadLetter.PayloadKind.RECORD,
              "{}".getBytes(UTF_8));
      tail.append(TOPIC, DeadLetterJson.key(letter.origin()), DeadLetterJson.encode(letter));
    }
  }

  /** Builds a filter. */
  private static final class Filter {
    private Optional<String> reason = Optional.empty();
    private Optional<String> topic = Optional.empty();
    private OptionalInt partition = OptionalInt.empty();
    private OptionalLong offset = OptionalLong.empty();
    private boolean duplicates;

    Filter reason(String text) {
      reason = Optional.of(text);
      return this;
    }

    Filter duplicates() {
      duplicates = true;
      return this;
    }

    Filter origin(String ofTopic, int ofPartition, long at) {
      topic = Optional.of(ofTopic);
      partition = OptionalInt.of(ofPartition);
      offset = OptionalLong.of(at);
      return this;
    }

    LetterFilter build() {
      return new LetterFilter(
          reason,
          Optional.empty(),
          topic,
          partition,
          offset,
          OptionalLong.empty(),
          OptionalLong.empty(),
          duplicates);
    }
  }
}
