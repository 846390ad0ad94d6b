package io.weir.harness.ship;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Reads the times that log lines begin with; null where a text is none. */
final class LineTimes {
  private static final DateTimeFormatter ACCESS =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT);
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private final ZoneId zone;
  private final Clock clock;

  /**
   * Makes a reader.
   *
   * @param zone zone of times that name none
   * @param clock decides the year of times that have none
   */
  LineTimes(ZoneId zone, Clock clock) {
    this.zone = zone;
    this.clock = clock;
  }

  /**
   * Reads {@code 2026-11-23T06:45:56,123+01:00} and its kin: T or blank between date and time, dot
   * or comma before up to nine fraction digits, zone optional with or without colon.
   */
  Instant iso(String text) {
    try {
      LocalDateTime time =
          LocalDateTime.of(
              number(text, 0, 4),
              number(text, 5, 7),
              number(text, 8, 10),
              number(text, 11, 13),
              number(text, 14, 16),
              number(text, 17, 19));
      int at = 19;
      int nanos = 0;
      if (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',')) {
        int from = ++at;
        int scale = 100_000_000;
        while (at < text.length() && Character.isDigit(text.charAt(at)) && at - from < 9) {
          nanos += (text.charAt(at++) - '0') * scale;
          scale /= 10;
        }
      }
      String offset = text.substring(at).trim();
      ZoneId in = offset.isEmpty() ? zone : ZoneOffset.of(offset);
      return time.withNano(nanos).atZone(in).toInstant();
    } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  /** Reads {@code 17/May/2015:10:05:03 +0000}. */
  Instant access(String text) {
    try {
      return Instant.from(ACCESS.parse(text));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Reads {@code Nov 3 06:45:56}: no year, so the latest one that is not in the future. */
  Instant syslog(String text) {
    int month = text.length() < 15 ? -1 : MONTHS.indexOf(text.substring(0, 3));
    if (month < 0) {
      return null;
    }
    return withoutYear(month + 1, text.substring(4, 6).trim(), text.substring(7));
  }

  /** Reads {@code 11-23 06:45:56.123}: no year, so the latest one that is not in the future. */
  Instant monthAndDay(String text) {
    try {
      return withoutYear(number(text, 0, 2), text.substring(3, 5), text.substring(6));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private Instant withoutYear(int month, String day, String time) {
    Instant limit = clock.instant().plus(Duration.ofDays(1));
    int year = Year.now(clock.withZone(zone)).getValue();
    // 29 February may lie four years back, eight around a century that is no leap year.
    for (int back = -1; back <= 8; back++) {
      Instant candidate =
          iso(
              String.format(
                  Locale.ROOT,
                  "%04d-%02d-%sT%s",
                  year - back,
                  month,
                  day.length() < 2 ? "0" + day : day,
                  time));
      if (candidate != null && candidate.isBefore(limit)) {
        return candidate;
      }
    }
    return null;
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text.substring(from, to));
  }
}
