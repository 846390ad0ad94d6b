package io.weir.gateway.search;

import io.weir.model.index.HotIndices;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows for a few seconds which indices exist, so that paging can tell when retention deletes what
 * has not been read yet. Thread-safe.
 */
final class IndexCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(IndexCatalog.class);

  private final LogStore store;
  private final Clock clock;
  private final Duration maxAge;
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile Known known = new Known(List.of(), Instant.MIN);

  IndexCatalog(LogStore store, Clock clock, Duration maxAge) {
    this.store = Objects.requireNonNull(store, "store");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.maxAge = Objects.requireNonNull(maxAge, "maxAge");
  }

  /** The hours of which indices exist, and when that was so. */
  private record Known(List<Instant> hours, Instant at) {
    boolean nothing() {
      return at.equals(Instant.MIN);
    }
  }

  /** Returns the hour of the oldest hourly index that overlaps the range, as far as is known. */
  Optional<Instant> oldestHour(TimeRange range, Cancellation cancellation) {
    Instant from = Times.instant(range.fromNanos()).minus(Duration.ofHours(1));
    Instant to = Times.instant(range.toNanos());
    return hours(cancellation).stream()
        .filter(hour -> hour.isAfter(from) && hour.isBefore(to))
        .min(Instant::compareTo);
  }

  /** One caller asks the store; the others go on with what was known, and so do all if it fails. */
  private List<Instant> hours(Cancellation cancellation) {
    Known current = known;
    Instant now = clock.instant();
    boolean fresh =
        !current.nothing() && Duration.between(current.at(), now).compareTo(maxAge) <= 0;
    if (fresh || !refreshing.tryLock()) {
      return current.hours();
    }
    try {
      List<Instant> hours =
          store.indices(cancellation).stream()
              .flatMap(index -> HotIndices.hourOf(index.name()).stream())
              .toList();
      known = new Known(hours, now);
      return hours;
    } catch (StoreException e) {
      // Only a warning to the reader depends on it; the page is there.
      LOG.warn("Cannot list indices: {}", e.getMessage());
      return current.hours();
    } finally {
      refreshing.unlock();
    }
  }

  /** Returns whether it has ever been known which indices there are. */
  boolean knowsAny() {
    return !known.nothing();
  }
}
