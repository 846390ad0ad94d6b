package io.weir.sinks.prometheus;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Reads the header {@code Retry-After} (RFC 9110, section 10.2.3): seconds or a date. */
final class RetryAfter {
  /** Longest pause that a receiver can ask for. */
  static final Duration MAX = Duration.ofMinutes(5);

  private RetryAfter() {}

  /**
   * Returns the pause that is asked for, at most {@link #MAX}; zero for what cannot be read.
   *
   * @param header the header's value
   * @param now the time now
   */
  static Duration parse(String header, Instant now) {
    String text = header.strip();
    try {
      Duration pause =
          text.chars().allMatch(c -> c >= '0' && c <= '9')
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return pause.isNegative() ? Duration.ZERO : pause.compareTo(MAX) > 0 ? MAX : pause;
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return Duration.ZERO;
    }
  }
}
