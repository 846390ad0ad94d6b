package io.weir.gateway.search;

import io.weir.model.index.HotIndices;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Knows for a few seconds which indices exist, so that paging can tell when retention deletes what
 * has not been read yet. Thread-safe.
 */
final class IndexCatalog {
  private final LogStore store;
  private final Clock clock;
  private final Duration maxAge;
  private List<Instant> hours = List.of();
  private Instant readAt = Instant.MIN;

  IndexCatalog(LogStore store, Clock clock, Duration maxAge) {
    this.store = Objects.requireNonNull(store, "store");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.maxAge = Objects.requireNonNull(maxAge, "maxAge");
  }

  /** Returns the hour of the oldest hourly index that overlaps the range. */
  Optional<Instant> oldestHour(TimeRange range, Cancellation cancellation) {
    Instant from = Times.instant(range.fromNanos()).minus(Duration.ofHours(1));
    Instant to = Times.instant(range.toNanos());
    return hours(cancellation).stream()
        .filter(hour -> hour.isAfter(from) && hour.isBefore(to))
        .min(Instant::compareTo);
  }

  private synchronized List<Instant> hours(Cancellation cancellation) {
    Instant now = clock.instant();
    if (readAt.equals(Instant.MIN) || Duration.between(readAt, now).compareTo(maxAge) > 0) {
      hours =
          store.indices(cancellation).stream()
              .flatMap(index -> HotIndices.hourOf(index.name()).stream())
              .toList();
      readAt = now;
    }
    return hours;
  }
}
