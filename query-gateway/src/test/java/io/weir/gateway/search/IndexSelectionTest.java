package io.weir.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class IndexSelectionTest {
  private static final long HOUR = 3_600_000_000_000L;

  @Test
  void namesTheHoursThatOverlapAndTheLateIndexOfTheDay() {
    assertThat(select("2026-03-29T09:59:59.999999999Z", "2026-03-29T10:00:00.000000001Z"))
        .containsExactly("logs-2026-03-29-09", "logs-2026-03-29-10", "logs-late-2026-03-29");
  }

  @Test
  void leavesOutTheHourThatBeginsWhereTheRangeEnds() {
    assertThat(select("2026-03-29T10:00:00Z", "2026-03-29T11:00:00Z"))
        .containsExactly("logs-2026-03-29-10", "logs-late-2026-03-29");
  }

  @Test
  void coversBothDaysOfARangeOverMidnight() {
    assertThat(select("2026-03-29T23:30:00Z", "2026-03-30T00:30:00Z"))
        .containsExactly(
            "logs-2026-03-29-23",
            "logs-2026-03-30-00",
            "logs-late-2026-03-29",
            "logs-late-2026-03-30");
  }

  @Test
  void namesALongRangeByDays() {
    List<String> names = select("2026-03-01T12:00:00Z", "2026-04-01T12:00:00Z");
    assertThat(names)
        .hasSize(64)
        .contains("logs-2026-03-01-*", "logs-2026-04-01-*", "logs-late-2026-03-31")
        .noneMatch(name -> name.equals("logs-*"));
  }

  @Test
  void namesAVeryLongRangeByMonths() {
    assertThat(select("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"))
        .hasSize(24)
        .contains("logs-2026-01-*", "logs-late-2026-12-*");
    assertThat(select("1990-01-01T00:00:00Z", "2026-12-31T00:00:00Z")).containsExactly("logs-*");
  }

  @Property(tries = 300)
  void staysWithinTheRequestLineAndCoversEveryInstant(
      @ForAll @LongRange(min = 0, max = 9_000_000_000_000_000_000L) long from,
      @ForAll @LongRange(min = 1, max = 3_000 * HOUR) long length,
      @ForAll @LongRange(min = 0, max = 1_000) long permille) {
    TimeRange range = new TimeRange(from, from + length);
    List<String> names = IndexSelection.of(range);
    assertThat(String.join("%2C", names).length())
        .isLessThanOrEqualTo(IndexSelection.MAX_NAMES_BYTES);
    long inside = Math.min(from + length / 1_000 * permille, from + length - 1);
    assertThat(names)
        .anyMatch(name -> matches(name, io.weir.model.index.HotIndices.hourly(inside)))
        .anyMatch(name -> matches(name, io.weir.model.index.HotIndices.late(inside)));
  }

  private static boolean matches(String pattern, String index) {
    return pattern.endsWith("*")
        ? index.startsWith(pattern.substring(0, pattern.length() - 1))
        : index.equals(pattern);
  }

  private static List<String> select(String from, String to) {
    return IndexSelection.of(
        new TimeRange(Times.nanos(Instant.parse(from)), Times.nanos(Instant.parse(to))));
  }
}
