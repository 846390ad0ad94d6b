package io.weir.gateway.search;

import io.weir.model.index.HotIndices;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Which indices a time range touches: each overlapping hour, and the late index of each overlapping
 * day. The names travel in the request line, which Elasticsearch bounds at 4 KiB by default, so a
 * long range is named by day wildcards, a very long one by month wildcards; the filter on the
 * timestamp decides in any case.
 */
public final class IndexSelection {
  /** Bytes for index names in a request line; the rest is for the path and its parameters. */
  static final int MAX_NAMES_BYTES = 3_000;

  /** A comma is sent percent-encoded. */
  private static final int SEPARATOR_BYTES = 3;

  private static final long NANOS_PER_HOUR = ChronoUnit.HOURS.getDuration().toNanos();

  private IndexSelection() {}

  /** Returns names and wildcards, oldest first, hourly ones before late ones. */
  public static List<String> of(TimeRange range) {
    List<String> names = new ArrayList<>();
    long lastHour = Math.floorDiv(range.toNanos() - 1, NANOS_PER_HOUR);
    long firstHour = Math.floorDiv(range.fromNanos(), NANOS_PER_HOUR);
    if (lastHour - firstHour < MAX_NAMES_BYTES / HotIndices.PREFIX.length()) {
      for (long hour = firstHour; hour <= lastHour; hour++) {
        names.add(HotIndices.hourly(hour * NANOS_PER_HOUR));
      }
      days(range).forEach(day -> names.add(HotIndices.LATE_PREFIX + day));
      if (fits(names)) {
        return names;
      }
    }
    names.clear();
    List<LocalDate> days = days(range);
    days.forEach(day -> names.add(HotIndices.PREFIX + day + "-*"));
    days.forEach(day -> names.add(HotIndices.LATE_PREFIX + day));
    if (fits(names)) {
      return names;
    }
    names.clear();
    List<YearMonth> months = days.stream().map(YearMonth::from).distinct().toList();
    months.forEach(month -> names.add(HotIndices.PREFIX + month + "-*"));
    months.forEach(month -> names.add(HotIndices.LATE_PREFIX + month + "-*"));
    return fits(names) ? names : List.of(HotIndices.PREFIX + "*");
  }

  private static List<LocalDate> days(TimeRange range) {
    LocalDate first = day(range.fromNanos());
    return first.datesUntil(day(range.toNanos() - 1).plusDays(1)).toList();
  }

  private static LocalDate day(long nanos) {
    Instant instant = Times.instant(nanos);
    return instant.atZone(ZoneOffset.UTC).toLocalDate();
  }

  private static boolean fits(List<String> names) {
    int bytes = 0;
    for (String name : names) {
      bytes += name.length() + SEPARATOR_BYTES;
    }
    return bytes <= MAX_NAMES_BYTES;
  }
}
