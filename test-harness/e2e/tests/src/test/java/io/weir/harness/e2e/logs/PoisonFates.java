package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.e2e.delivery.LedgerEntry;
import io.weir.harness.e2e.delivery.StoredEvent;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.Poison;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.log.LogFlags;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;

/** What section 3 of the design says has to become of each kind of poison. */
public final class PoisonFates {
  private PoisonFates() {}

  /**
   * Fails unless all the poison that was sent is among the records, and each met its fate.
   *
   * @param entries everything that the topic holds
   * @param sent what was sent
   */
  public static void verifyAll(Collection<LedgerEntry> entries, LoadReport sent) {
    Map<Poison, Long> found =
        entries.stream()
            .flatMap(entry -> entry.poison().stream())
            .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
    assertThat(found).isNotEmpty().isEqualTo(sent.poison());
    SoftAssertions.assertSoftly(
        fates ->
            entries.stream()
                .filter(entry -> entry.poison().isPresent())
                .forEach(
                    entry -> fates.assertThatCode(() -> verify(entry)).doesNotThrowAnyException()));
  }

  /**
   * Fails unless a poison record met its fate; that it met one and only one is judged elsewhere.
   */
  static void verify(LedgerEntry entry) {
    Poison poison = entry.poison().orElseThrow();
    switch (poison) {
      case BROKEN_JSON, PLAIN_TEXT -> assertDead(entry, "not_json");
      case NOT_AN_OBJECT -> assertDead(entry, "not_an_object");
      case EMPTY, TOMBSTONE -> assertDead(entry, "empty_record");
      case WRONG_TYPES, MISSING_SERVICE -> assertDead(entry, "missing_service");
      case MISSING_MESSAGE -> assertDead(entry, "missing_message");
      case HUGE_MESSAGE -> assertDead(entry, "record_too_large");
      case DEEP_NESTING -> assertDead(entry, "fields_too_deep");
      case LONG_MESSAGE ->
          assertThat(stored(entry, LogFlags.MESSAGE_TRUNCATED).message()).hasSize(65_536);
      case MISSING_TIMESTAMP -> assertAppendTime(stored(entry, LogFlags.TIMESTAMP_MISSING), null);
      case UNREADABLE_TIMESTAMP ->
          assertAppendTime(
              stored(entry, LogFlags.TIMESTAMP_UNREADABLE), "the day before yesterday");
      case YEAR_3000 ->
          assertAppendTime(stored(entry, LogFlags.TIMESTAMP_IN_FUTURE), "3000-01-01T00:00:00Z");
      case YEAR_1970 -> {
        StoredEvent event = stored(entry, LogFlags.ARCHIVE_ONLY);
        assertThat(event.timestampNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(entry.documents()).isEmpty();
        assertThat(entry.rows()).isOne();
      }
      case INVALID_UTF8 ->
          assertThat(stored(entry, LogFlags.INVALID_UTF8).message()).contains("\ufffd\ufffd end");
      case MANY_FIELDS -> assertThat(stored(entry, 0).fields()).hasSize(Poison.MANY);
      case LONG_FIELD_VALUE ->
          assertThat(stored(entry, 0).fields().path("long").textValue()).hasSize(40_000);
      case REPEATED_FIELD ->
          assertThat(stored(entry, LogFlags.DUPLICATE_KEYS).fields()).isNotEmpty();
      case ODD_CHARACTERS -> {
        StoredEvent event = stored(entry, LogFlags.INVALID_UTF8);
        assertThat(event.message()).endsWith(" \u0000 \ufffd end");
        assertThat(event.fields().path("odd").textValue()).isEqualTo("\ufffd");
      }
    }
  }

  private static void assertDead(LedgerEntry entry, String reason) {
    assertThat(entry.deadLetters()).as(entry.poison() + " at " + entry.place()).hasSize(1);
    DeadLetter letter = entry.deadLetters().get(0);
    assertThat(letter.reason()).as(letter.toString()).isEqualTo(reason);
    assertThat(letter.store()).isEqualTo(DeadLetter.Store.ALL);
    assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.PARSE);
    assertThat(letter.detail()).isNotBlank();
  }

  private static StoredEvent stored(LedgerEntry entry, int flag) {
    assertThat(entry.stored()).as(entry.poison() + " " + entry.deadLetters()).isPresent();
    StoredEvent event = entry.stored().orElseThrow();
    assertThat(event.flags() & flag).as(entry.poison() + " flags").isEqualTo(flag);
    return event;
  }

  private static void assertAppendTime(StoredEvent event, String original) {
    assertThat(event.timestampNanos())
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(event.appendTimeMillis()));
    assertThat(event.originalTimestamp()).isEqualTo(original);
  }
}
