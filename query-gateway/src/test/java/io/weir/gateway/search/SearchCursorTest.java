package io.weir.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.InvalidRequestException;
import io.weir.model.log.LogLevel;
import io.weir.model.query.QueryParser;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SearchCursorTest {

  @Property
  void comesBackAsItWasWritten(@ForAll("cursors") SearchCursor cursor) {
    assertThat(SearchCursor.decode(cursor.encode())).isEqualTo(cursor);
  }

  @Property
  void noticesAnyCharacterThatWasChanged(
      @ForAll("cursors") SearchCursor cursor,
      @ForAll @IntRange(max = 10_000) int where,
      @ForAll char replacement) {
    StringBuilder text = new StringBuilder(cursor.encode());
    int at = where % text.length();
    if (text.charAt(at) == replacement) {
      return;
    }
    text.setCharAt(at, replacement);
    assertRefused(text.toString());
  }

  @Property
  void noticesThatTheEndIsMissing(
      @ForAll("cursors") SearchCursor cursor, @ForAll @IntRange(max = 10_000) int length) {
    String text = cursor.encode();
    assertRefused(text.substring(0, length % text.length()));
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> SearchCursor.decode(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("cursor: malformed cursor");
  }

  @Test
  void refusesTheCursorOfAnotherCall() {
    String segments =
        OpaqueToken.encode(
            com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("k", "segments"));
    assertThatThrownBy(() -> SearchCursor.decode(segments)).hasMessageContaining("foreign cursor");
  }

  @Test
  void hashesWhatASearchMeansAndNotHowItIsWritten() {
    assertThat(hash("a  AND b", SortOrder.DESC)).isEqualTo(hash("(a b)", SortOrder.DESC));
    assertThat(hash("a b", SortOrder.DESC)).isNotEqualTo(hash("a b", SortOrder.ASC));
    assertThat(hash("a b", SortOrder.DESC)).isNotEqualTo(hash("a OR b", SortOrder.DESC));
    assertThat(
            SearchCursor.hash(
                new LogFilter(Set.of("a"), Set.of(), Set.of(LogLevel.INFO), QueryParser.parse("")),
                SortOrder.DESC))
        .isNotEqualTo(
            SearchCursor.hash(
                new LogFilter(Set.of(), Set.of("a"), Set.of(LogLevel.INFO), QueryParser.parse("")),
                SortOrder.DESC));
  }

  private static String hash(String query, SortOrder order) {
    return SearchCursor.hash(
        new LogFilter(Set.of(), Set.of(), Set.of(), QueryParser.parse(query)), order);
  }

  @Provide
  static Arbitrary<SearchCursor> cursors() {
    Arbitrary<Long> nanos = Arbitraries.longs().between(0, Long.MAX_VALUE - 1);
    Arbitrary<LogPosition> positions =
        Combinators.combine(
                nanos,
                Arbitraries.strings().ofMaxLength(20),
                Arbitraries.integers().greaterOrEqual(0),
                Arbitraries.longs().greaterOrEqual(0),
                Arbitraries.strings().alpha().ofLength(5))
            .as(LogPosition::new);
    Arbitrary<Total> totals =
        Combinators.combine(Arbitraries.longs().greaterOrEqual(0), Arbitraries.of(true, false))
            .as(Total::new);
    return Combinators.combine(
            nanos.map(from -> new TimeRange(from, Long.MAX_VALUE)),
            positions.optional(),
            totals.optional(),
            nanos.map(n -> n / 1_000_000).map(Instant::ofEpochMilli),
            Arbitraries.of(true, false),
            Arbitraries.of("now-15m", "now").optional())
        .as(
            (range, after, total, at, skipped, text) ->
                new SearchCursor(
                    range, "abc", after, total, at, Optional.of(at), skipped, text, text));
  }
}
