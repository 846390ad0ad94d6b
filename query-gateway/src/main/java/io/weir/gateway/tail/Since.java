package io.weir.gateway.tail;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.search.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** Reads how far back a stream is to begin. */
final class Since {
  private static final Pattern SPAN = Pattern.compile("\\d{1,9}(ms|s|m|h|d)");

  private Since() {}

  /**
   * Returns the instant that is meant.
   *
   * @param text a span back from now ({@code 10m}) or a time as elsewhere ({@code now-10m}, RFC
   *     3339)
   * @param max longest span
   * @throws InvalidRequestException naming {@code since}
   */
  static Instant parse(String text, Instant now, Duration max) {
    Instant since;
    try {
      String time = text.strip();
      boolean span = SPAN.matcher(time.toLowerCase(Locale.ROOT)).matches();
      since = Times.instant(Times.parse(span ? "now-" + time : time, now));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "since", "is no span such as 10m: " + Objects.requireNonNull(e.getMessage()));
    }
    if (since.isAfter(now)) {
      throw new InvalidRequestException("since", "lies in the future");
    }
    if (since.isBefore(now.minus(max))) {
      throw new InvalidRequestException(
          "since",
          "goes back further than the "
              + max.toString().substring(2).toLowerCase(Locale.ROOT)
              + " that a stream may; search finds what is older");
    }
    return since;
  }
}
