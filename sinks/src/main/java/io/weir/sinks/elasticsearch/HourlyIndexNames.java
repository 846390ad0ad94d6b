package io.weir.sinks.elasticsearch;

import io.weir.model.index.HotIndices;

/**
 * Names of hourly indices, remembered: almost every event belongs to one of a few hours, and
 * formatting a date costs more than writing the document. Not thread-safe.
 */
final class HourlyIndexNames {
  private static final long NANOS_PER_HOUR = 3_600_000_000_000L;
  private static final int PLACES = 64;

  private final long[] hours = new long[PLACES];
  private final String[] names = new String[PLACES];

  /** Returns {@link HotIndices#hourly} of the same time; equal names are the same object. */
  String of(long timestampNanos) {
    long hour = Math.floorDiv(timestampNanos, NANOS_PER_HOUR);
    int place = (int) (hour & (PLACES - 1));
    if (names[place] == null || hours[place] != hour) {
      hours[place] = hour;
      names[place] = HotIndices.hourly(timestampNanos);
    }
    return names[place];
  }
}
