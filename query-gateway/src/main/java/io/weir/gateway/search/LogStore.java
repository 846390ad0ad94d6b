package io.weir.gateway.search;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Port to the hot store. Every method blocks until the store has answered, so it is called on the
 * threads of the search role; it ends with {@link java.util.concurrent.CancellationException} once
 * {@link Cancellation#cancel} was called, and with a {@link StoreException} if the store cannot
 * answer at all. Shards that fail are no exception but part of the {@link ShardReport}.
 */
public interface LogStore {

  /** Finds events, in order, without scoring. */
  Hits hits(HitsRequest request, Cancellation cancellation);

  /** Finds one event by its identity, in the indices of the range if there is one, else in all. */
  Optional<LogHit> find(String eventId, Optional<TimeRange> within, Cancellation cancellation);

  /** Counts events by level in buckets of {@code interval}, aligned to the epoch. */
  Histogram histogram(
      LogFilter filter, TimeRange range, Duration interval, Cancellation cancellation);

  /**
   * Counts the most frequent values of a field that has a column: {@code service}, {@code host},
   * {@code region}, {@code level}, or the {@linkplain io.weir.model.index.PromotedFields#column
   * column} of a promoted field.
   */
  TopValues topValues(
      LogFilter filter, TimeRange range, String field, int size, Cancellation cancellation);

  /** Lists the hourly and late indices. */
  List<HotIndex> indices(Cancellation cancellation);

  /**
   * Counts of one histogram.
   *
   * @param buckets counts by level name, keyed by the bucket's start; empty buckets are left out
   */
  record Histogram(Map<Instant, Map<String, Long>> buckets, ShardReport shards) {}

  /**
   * Most frequent values of a field.
   *
   * @param values with their counts, most frequent first
   * @param otherCount events with other values
   * @param errorBound by how much a count may be too low; 0 when exact
   */
  record TopValues(List<ValueCount> values, long otherCount, long errorBound, ShardReport shards) {}

  /** A value and how many events have it. */
  record ValueCount(String value, long count) {}

  /** One index as the store reports it; numbers are absent while it is not readable. */
  record HotIndex(String name, String health, Optional<Long> documents, Optional<Long> bytes) {}
}
