package io.weir.gateway.search;

import io.weir.gateway.InvalidRequestException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Resolves the time range of a request and holds it to its limit. */
public final class Ranges {
  private final Duration maxRange;
  private final Duration defaultRange;

  public Ranges(Duration maxRange, Duration defaultRange) {
    this.maxRange = Objects.requireNonNull(maxRange, "maxRange");
    this.defaultRange = Objects.requireNonNull(defaultRange, "defaultRange");
  }

  /**
   * Resolves the range. Without {@code to} it ends now; without {@code from} it has the default
   * length.
   *
   * @throws InvalidRequestException naming the bound and the reason
   */
  public TimeRange resolve(Optional<String> from, Optional<String> to, Instant now) {
    long toNanos = to.map(text -> bound("to", text, now)).orElseGet(() -> Times.nanos(now));
    long fromNanos =
        from.map(text -> bound("from", text, now))
            .orElseGet(() -> Math.max(0, toNanos - defaultRange.toNanos()));
    if (fromNanos >= toNanos) {
      throw new InvalidRequestException(
          "from", to.isPresent() ? "from is not before to" : "from is not before now");
    }
    TimeRange range = new TimeRange(fromNanos, toNanos);
    if (range.length().compareTo(maxRange) > 0) {
      throw new InvalidRequestException(
          "from",
          "range too long: " + describe(range.length()) + ", at most " + describe(maxRange));
    }
    return range;
  }

  private static long bound(String field, String text, Instant now) {
    try {
      return Times.parse(text, now);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(field, e.getMessage());
    }
  }

  /** Returns a duration in its largest whole unit, for messages. */
  static String describe(Duration duration) {
    if (duration.toSeconds() % 86_400 == 0) {
      return duration.toDays() + " d";
    }
    return duration.toSeconds() % 3_600 == 0
        ? duration.toHours() + " h"
        : duration.toSeconds() + " s";
  }
}
