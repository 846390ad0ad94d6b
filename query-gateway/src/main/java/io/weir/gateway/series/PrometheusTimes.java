package io.weir.gateway.series;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times and durations as Prometheus' API writes them: seconds with a fraction, RFC 3339, and {@code
 * 1h30m}.
 */
public final class PrometheusTimes {
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,15}(\\.\\d{0,9})?");
  private static final Pattern DURATION =
      Pattern.compile(
          "(?:(\\d{1,9})y)?(?:(\\d{1,9})w)?(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?"
              + "(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
  private static final long[] MILLIS_OF_UNIT = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1
  };

  private PrometheusTimes() {}

  /** Reads a duration that is longer than nothing; empty if the text is none. */
  public static Optional<Duration> duration(String text) {
    long millis;
    Matcher matcher = DURATION.matcher(text);
    if (NUMBER.matcher(text).matches()) {
      millis = new BigDecimal(text).movePointRight(3).longValue();
    } else if (!text.isEmpty() && matcher.matches()) {
      millis = 0;
      try {
        for (int unit = 0; unit < MILLIS_OF_UNIT.length; unit++) {
          String amount = matcher.group(unit + 1);
          long count = amount == null ? 0 : Long.parseLong(amount);
          millis = Math.addExact(millis, Math.multiplyExact(count, MILLIS_OF_UNIT[unit]));
        }
      } catch (ArithmeticException e) {
        return Optional.empty();
      }
    } else {
      return Optional.empty();
    }
    return millis > 0 ? Optional.of(Duration.ofMillis(millis)) : Optional.empty();
  }

  /** Reads a point in time; empty if the text is none. */
  public static Optional<Instant> time(String text) {
    try {
      if (NUMBER.matcher(text).matches()) {
        return Optional.of(
            Instant.ofEpochMilli(new BigDecimal(text).movePointRight(3).longValue()));
      }
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Returns a point in time as seconds with three digits of a fraction. */
  public static String format(Instant time) {
    return BigDecimal.valueOf(time.toEpochMilli(), 3).toPlainString();
  }

  /** Returns a duration as seconds. */
  public static String format(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
  }
}
