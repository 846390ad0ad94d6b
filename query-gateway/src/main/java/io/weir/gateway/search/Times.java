package io.weir.gateway.search;

import io.weir.model.log.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Points in time as people write them in a request: RFC 3339 with any precision from minutes to
 * nanoseconds ({@code 2026-03-29T10:00Z}), a date, epoch seconds, milliseconds, microseconds or
 * nanoseconds, {@code now}, {@code now-15m}.
 */
public final class Times {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final Pattern RELATIVE = Pattern.compile("now(?:([+-])(\\d{1,9})(ms|s|m|h|d))?");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /** An offset written with '+', which a query string turns into a blank. */
  private static final Pattern LOST_PLUS = Pattern.compile("(.*T\\S*) (\\d{2}(?::?\\d{2})?)");

  private Times() {}

  /** Returns whether the text means another instant each time it is read. */
  public static boolean isRelative(String text) {
    return RELATIVE.matcher(normal(text)).matches();
  }

  /**
   * Reads a point in time.
   *
   * @param now what {@code now} stands for
   * @return nanoseconds since the epoch, 0 or more
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static long parse(String text, Instant now) {
    Matcher relative = RELATIVE.matcher(normal(text));
    long nanos;
    if (relative.matches()) {
      try {
        nanos = nanos(relative.group(1) == null ? now : now.plus(offset(relative)));
      } catch (ArithmeticException e) {
        nanos = Long.MAX_VALUE;
      }
    } else {
      nanos = absolute(text.strip());
    }
    if (nanos == Timestamps.UNREADABLE) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a time: write 2026-03-29T10:00Z (seconds and fraction optional), epoch"
              + " milliseconds, now or now-15m");
    }
    if (nanos < 0 || nanos == Long.MAX_VALUE) {
      throw new IllegalArgumentException("'" + text + "' lies outside the years 1970 to 2262");
    }
    return nanos;
  }

  private static String normal(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private static long absolute(String text) {
    if (DATE.matcher(text).matches()) {
      return Timestamps.parse(text + "T00:00Z");
    }
    Matcher lostPlus = LOST_PLUS.matcher(text);
    return Timestamps.parse(
        lostPlus.matches() ? lostPlus.group(1) + '+' + lostPlus.group(2) : text);
  }

  private static Duration offset(Matcher relative) {
    Duration duration = duration(relative.group(2), relative.group(3));
    return relative.group(1).equals("-") ? duration.negated() : duration;
  }

  private static Duration duration(String amount, String unit) {
    long count = Long.parseLong(amount);
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** Returns nanoseconds since the epoch; throws ArithmeticException outside 1677 to 2262. */
  public static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
  }

  /** Returns the instant of nanoseconds since the epoch. */
  public static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
  }
}
