package io.weir.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.TestingClock;
import io.weir.gateway.config.TestingConfig;
import io.weir.model.log.LogLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class SearchServiceTest {
  private static final long T10 = Times.nanos(Instant.parse("2026-03-29T10:00:00Z"));
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final TestingLogStore store = new TestingLogStore();
  private final TestingClock clock = new TestingClock("2026-03-29T10:10:00Z");
  private final SearchService service =
      new SearchService(
          store,
          TestingConfig.with("search.shard-budget", "20", "search.cursor-max-age", "1h").search(),
          clock);

  @Test
  void pagesThroughEverythingInBothOrdersAndEndsWithNull() {
    for (int i = 0; i < 95; i++) {
      // Groups of ten share one instant: the place in Kafka has to tell them apart.
      store.add(T10 + i / 10 * 1_000, i, "payments", "web", LogLevel.INFO);
    }
    for (SortOrder order : SortOrder.values()) {
      List<Long> offsets = new ArrayList<>();
      Optional<String> cursor = Optional.empty();
      int pages = 0;
      do {
        SearchPage page = service.search(command(order, 30, cursor), new Cancellation());
        assertThat(page.total()).isEqualTo(new Total(95, true));
        page.logs().forEach(hit -> offsets.add(hit.position().offset()));
        cursor = page.nextCursor();
        pages++;
      } while (cursor.isPresent());
      assertThat(pages).isEqualTo(4);
      assertThat(offsets).hasSize(95).doesNotHaveDuplicates();
      assertThat(offsets.get(0)).isEqualTo(order == SortOrder.ASC ? 0 : 94);
    }
  }

  @Test
  void saysAtOnceThatAFullPageIsTheLast() {
    for (int i = 0; i < 30; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    assertThat(search(30).nextCursor()).isEmpty();
  }

  @Test
  void asksEachShardForNoMoreThanItsBudgetAndTheLookAhead() {
    for (int i = 0; i < 100; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    assertThat(search(50).logs()).hasSize(50);
    assertThat(store.requests()).extracting(HitsRequest::size).containsExactly(21, 21, 9);
  }

  @Test
  void countsOnceAndThenLooksOnlyAhead() {
    for (int i = 0; i < 100; i++) {
      store.add(T10 + i * SECOND.toNanos(), i, "payments", "web", LogLevel.INFO);
    }
    SearchPage first = search(10);
    service.search(command(SortOrder.DESC, 10, first.nextCursor()), new Cancellation());
    HitsRequest second = store.requests().get(1);
    assertThat(store.requests().get(0).countUpTo()).isEqualTo(10_000);
    assertThat(second.countUpTo()).isZero();
    assertThat(second.range().toNanos())
        .isEqualTo(first.logs().get(9).position().timestampNanos() + 1);
  }

  @Test
  void keepsTheRangeThatTheFirstPageFroze() {
    for (int i = 0; i < 10; i++) {
      store.add(T10 + i * SECOND.toNanos(), i, "payments", "web", LogLevel.INFO);
    }
    SearchPage first =
        service.search(
            new SearchCommand(
                LogFilter.ALL,
                Optional.of("now-15m"),
                Optional.empty(),
                SortOrder.ASC,
                5,
                Optional.empty(),
                false),
            new Cancellation());
    clock.advance(Duration.ofMinutes(5));
    store.add(T10 + Duration.ofMinutes(12).toNanos(), 11, "payments", "web", LogLevel.INFO);
    SearchPage second =
        service.search(
            new SearchCommand(
                LogFilter.ALL,
                Optional.of("now-15m"),
                Optional.empty(),
                SortOrder.ASC,
                50,
                first.nextCursor(),
                false),
            new Cancellation());
    assertThat(second.range()).isEqualTo(first.range());
    assertThat(second.logs()).hasSize(5);
    assertThat(second.nextCursor()).isEmpty();
  }

  @Test
  void repeatsAPartialPageFromTheLastCompletePosition() {
    for (int i = 0; i < 60; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    store.reportNext(TestingLogStore.FINE, TestingLogStore.ONE_FAILED);
    SearchPage partial = search(50);
    assertThat(partial.partial()).isTrue();
    assertThat(partial.gaps()).isFalse();
    assertThat(partial.shards().failures()).isNotEmpty();
    assertThat(partial.total().exact()).isFalse();
    SearchPage again =
        service.search(command(SortOrder.DESC, 50, partial.nextCursor()), new Cancellation());
    // The first round of 21 was complete, so the page goes on with the 22nd newest event.
    assertThat(again.logs().get(0).position().offset()).isEqualTo(38);
    assertThat(again.partial()).isFalse();
    assertThat(again.logs()).hasSize(39);
  }

  @Test
  void countsAgainAfterAPartialFirstPage() {
    for (int i = 0; i < 60; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    store.reportNext(TestingLogStore.ONE_FAILED);
    SearchPage partial = search(10);
    SearchPage again =
        service.search(command(SortOrder.DESC, 10, partial.nextCursor()), new Cancellation());
    assertThat(again.logs().get(0).position().offset()).isEqualTo(59);
    assertThat(again.total()).isEqualTo(new Total(60, true));
  }

  @Test
  void goesOnPastFailedShardsOnlyWhenToldToAndThenSaysSo() {
    for (int i = 0; i < 30; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    store.reportNext(TestingLogStore.ONE_FAILED);
    SearchPage partial = service.search(skipping(10, Optional.empty()), new Cancellation());
    assertThat(partial.partial()).isTrue();
    assertThat(partial.gaps()).isTrue();
    SearchPage next = service.search(skipping(10, partial.nextCursor()), new Cancellation());
    assertThat(next.logs().get(0).position().offset()).isEqualTo(19);
    assertThat(next.partial()).isFalse();
    assertThat(next.gaps()).isTrue();
  }

  @Test
  void saysThatATotalAboveTheBoundIsALowerBound() {
    SearchService bounded =
        new SearchService(store, TestingConfig.with("search.total-bound", "5").search(), clock);
    for (int i = 0; i < 9; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    assertThat(bounded.search(command(SortOrder.DESC, 3, Optional.empty()), new Cancellation()))
        .extracting(SearchPage::total)
        .isEqualTo(new Total(5, false));
  }

  @Test
  void reportsIndicesThatRetentionDeletedWhilePaging() {
    for (int i = 0; i < 30; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    store.index("logs-2026-03-29-10", 30);
    SearchPage first = search(10);
    assertThat(first.warnings()).isEmpty();
    store.deleteIndex("logs-2026-03-29-10");
    clock.advance(Duration.ofSeconds(10));
    SearchPage second =
        service.search(command(SortOrder.DESC, 10, first.nextCursor()), new Cancellation());
    assertThat(second.warnings())
        .singleElement()
        .asString()
        .contains("2026-03-29T10:00:00Z")
        .contains("deleted by retention");
  }

  @Test
  void doesNotMissHoursThatEarlierPagesWentPast() {
    for (int hour = 0; hour < 3; hour++) {
      for (int i = 0; i < 10; i++) {
        store.add(T10 - hour * HOUR.toNanos() + i, hour * 10 + i, "payments", "web", LogLevel.INFO);
      }
    }
    store.index("logs-2026-03-29-08", 10);
    store.index("logs-2026-03-29-09", 10);
    store.index("logs-2026-03-29-10", 10);
    SearchCommand command =
        new SearchCommand(
            LogFilter.ALL,
            Optional.of("2026-03-29T08:00Z"),
            Optional.of("2026-03-29T10:10Z"),
            SortOrder.ASC,
            12,
            Optional.empty(),
            false);
    SearchPage first = service.search(command, new Cancellation());
    assertThat(first.logs()).hasSize(12);

    store.deleteIndex("logs-2026-03-29-08");
    clock.advance(Duration.ofSeconds(10));
    SearchPage second = service.search(withCursor(command, first), new Cancellation());
    assertThat(second.warnings()).isEmpty();

    store.deleteIndex("logs-2026-03-29-09");
    clock.advance(Duration.ofSeconds(10));
    SearchPage again = service.search(withCursor(command, first), new Cancellation());
    assertThat(again.warnings())
        .singleElement()
        .asString()
        .startsWith("indices from 2026-03-29T09:00:00Z to 2026-03-29T10:00:00Z were deleted");
  }

  private static SearchCommand withCursor(SearchCommand command, SearchPage page) {
    return new SearchCommand(
        command.filter(),
        command.from(),
        command.to(),
        command.order(),
        command.limit(),
        page.nextCursor(),
        command.skipFailed());
  }

  @Test
  void refusesACursorOfAnotherSearchByWhatDiffers() {
    for (int i = 0; i < 30; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    Optional<String> cursor = search(10).nextCursor();
    assertInvalid(
        new SearchCommand(
            new LogFilter(Set.of("other"), Set.of(), Set.of(), LogFilter.ALL.query()),
            Optional.empty(),
            Optional.empty(),
            SortOrder.DESC,
            10,
            cursor,
            false),
        "foreign cursor: it belongs to a search with another filter or order");
    assertInvalid(command(SortOrder.ASC, 10, cursor), "another filter or order");
    assertInvalid(
        new SearchCommand(
            LogFilter.ALL,
            Optional.of("2026-03-29T09:00Z"),
            Optional.empty(),
            SortOrder.DESC,
            10,
            cursor,
            false),
        "another 'from'");
    assertInvalid(
        new SearchCommand(
            LogFilter.ALL, Optional.empty(), Optional.of("now"), SortOrder.DESC, 10, cursor, false),
        "another 'to'");
  }

  @Test
  void refusesAForgedCursorOverALongerRange() {
    String forged =
        new SearchCursor(
                new TimeRange(0, T10),
                SearchCursor.hash(LogFilter.ALL, SortOrder.DESC),
                Optional.empty(),
                Optional.empty(),
                clock.instant(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty())
            .encode();
    assertInvalid(
        command(SortOrder.DESC, 10, Optional.of(forged)), "its range is longer than a search");
  }

  @Test
  void answersAlthoughTheIndicesCannotBeListed() {
    for (int i = 0; i < 30; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    store.failIndices(new StoreException(StoreException.Kind.TIMEOUT, "slow", null));
    SearchPage first = search(10);
    assertThat(first.warnings()).isEmpty();
    assertThat(first.nextCursor()).isPresent();
  }

  @Test
  void refusesAnExpiredCursor() {
    for (int i = 0; i < 30; i++) {
      store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    Optional<String> cursor = search(10).nextCursor();
    clock.advance(Duration.ofMinutes(61));
    assertInvalid(command(SortOrder.DESC, 10, cursor), "expired cursor");
  }

  @Test
  void refusesRangesThatAreReversedOrTooLong() {
    assertInvalid(ranged("2026-03-29T10:00Z", "2026-03-29T09:00Z"), "from is not before to");
    assertInvalid(ranged("2026-03-29T10:00Z", "2026-03-29T10:00Z"), "from is not before to");
    assertInvalid(
        ranged("2026-01-01T00:00Z", "2026-03-29T10:00Z"), "range too long: 2098 h, at most 31 d");
    assertInvalid(ranged("soon", "now"), "from: 'soon' is not a time");
  }

  @Test
  void stopsWhenNobodyWaits() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThatThrownBy(
            () -> service.search(command(SortOrder.DESC, 1, Optional.empty()), cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(store.requests()).isEmpty();
  }

  private void assertInvalid(SearchCommand command, String message) {
    assertThatThrownBy(() -> service.search(command, new Cancellation()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(message);
  }

  private SearchPage search(int limit) {
    return service.search(command(SortOrder.DESC, limit, Optional.empty()), new Cancellation());
  }

  private static SearchCommand command(SortOrder order, int limit, Optional<String> cursor) {
    return new SearchCommand(
        LogFilter.ALL, Optional.empty(), Optional.empty(), order, limit, cursor, false);
  }

  private static SearchCommand skipping(int limit, Optional<String> cursor) {
    return new SearchCommand(
        LogFilter.ALL, Optional.empty(), Optional.empty(), SortOrder.DESC, limit, cursor, true);
  }

  private static SearchCommand ranged(String from, String to) {
    return new SearchCommand(
        LogFilter.ALL,
        Optional.of(from),
        Optional.of(to),
        SortOrder.DESC,
        10,
        Optional.empty(),
        false);
  }
}
