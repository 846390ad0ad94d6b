package io.weir.model.index;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * Names of the hot indices: {@code logs-YYYY-MM-dd-HH} by event time in UTC, and {@code
 * logs-late-YYYY-MM-dd} for events whose hourly index no longer takes writes.
 */
public final class HotIndices {
  /** Prefix of every hot index. */
  public static final String PREFIX = "logs-";

  /** Prefix of the indices for late events. */
  public static final String LATE_PREFIX = "logs-late-";

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuu-MM-dd-HH", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter PARSE_HOUR =
      DateTimeFormatter.ofPattern("uuuu-MM-dd-HH", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT); // February 30 is no day, not the last one

  private HotIndices() {}

  /** Returns the hourly index of an event time in nanoseconds since the epoch. */
  public static String hourly(long timestampNanos) {
    return PREFIX + HOUR.format(instant(timestampNanos));
  }

  /** Returns the late index of an event time in nanoseconds since the epoch. */
  public static String late(long timestampNanos) {
    return LATE_PREFIX + DAY.format(instant(timestampNanos));
  }

  /** Returns the hour that an hourly index covers, or empty if the name is not one of an hour. */
  public static Optional<Instant> hourOf(String index) {
    if (!index.startsWith(PREFIX) || index.startsWith(LATE_PREFIX)) {
      return Optional.empty();
    }
    try {
      LocalDateTime hour = LocalDateTime.parse(index.substring(PREFIX.length()), PARSE_HOUR);
      return Optional.of(hour.toInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Instant instant(long timestampNanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(timestampNanos, NANOS_PER_SECOND),
        Math.floorMod(timestampNanos, NANOS_PER_SECOND));
  }
}
