package io.weir.gateway.search;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.config.GatewayConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Searches page by page.
 *
 * <p><b>What a cursor promises.</b> The first page freezes the range. Following pages go on behind
 * the last event of the page before, in a total order, so that no event comes twice and none is
 * skipped that was visible when the first page was asked for. An event that becomes visible later
 * is found if it lies ahead, and not if it lies behind. The same cursor asked twice therefore gives
 * the same events, plus those that have become visible between its first and last event since, cut
 * at the page's limit.
 *
 * <p><b>Partial pages.</b> When a shard fails or runs out of time the page holds what was found and
 * says {@code partial}; its cursor goes on from the last event before the failure, so the following
 * page asks the failed shards again and may repeat events of the partial page. With {@code
 * skipFailed} it goes on past them and says {@code gaps} from then on.
 */
public final class SearchService {
  private static final Duration CATALOG_AGE = Duration.ofSeconds(5);

  /** One event more than asked for tells whether there is a next page. */
  private static final int LOOK_AHEAD = 1;

  private final LogStore store;
  private final GatewayConfig.Search limits;
  private final Clock clock;
  private final Ranges ranges;
  private final IndexCatalog catalog;

  public SearchService(LogStore store, GatewayConfig.Search limits, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.ranges = new Ranges(limits.maxRange(), limits.defaultRange());
    this.catalog = new IndexCatalog(store, clock, CATALOG_AGE);
  }

  /**
   * Returns a page.
   *
   * @throws InvalidRequestException if the request cannot be answered as it stands
   * @throws StoreException if the store does not answer at all
   */
  public SearchPage search(SearchCommand command, Cancellation cancellation) {
    Instant now = clock.instant();
    String hash = SearchCursor.hash(command.filter(), command.order());
    Optional<SearchCursor> cursor =
        command.cursor().map(text -> checked(SearchCursor.decode(text), command, hash, now));
    TimeRange range =
        cursor
            .map(SearchCursor::range)
            .orElseGet(() -> ranges.resolve(command.from(), command.to(), now));

    Collected collected = collect(command, range, cursor, cancellation);
    ShardReport shards = collected.shards;
    boolean gaps =
        cursor.map(SearchCursor::skipped).orElse(false)
            || (shards.partial() && command.skipFailed());
    Optional<Total> counted = cursor.flatMap(SearchCursor::total).or(() -> collected.total);
    Optional<Instant> oldestNow = Optional.empty();
    List<String> warnings = new ArrayList<>();
    if (cursor.isPresent() || collected.more) {
      oldestNow = catalog.oldestHour(range, cancellation);
      if (catalog.knowsAny()) {
        deletedMeanwhile(cursor, command.order(), oldestNow).ifPresent(warnings::add);
      }
    }
    Optional<String> next = Optional.empty();
    if (collected.more) {
      Optional<Instant> oldest = cursor.isPresent() ? cursor.get().oldestIndex() : oldestNow;
      next =
          Optional.of(
              new SearchCursor(
                      range,
                      hash,
                      collected.goOnAfter,
                      shards.partial() ? cursor.flatMap(SearchCursor::total) : counted,
                      cursor.map(SearchCursor::firstPage).orElse(now),
                      oldest,
                      gaps,
                      cursor.isPresent() ? cursor.get().fromText() : relative(command.from()),
                      cursor.isPresent() ? cursor.get().toText() : relative(command.to()))
                  .encode());
    }
    Total total = counted.orElseGet(() -> new Total(collected.logs.size(), false));
    if (shards.partial() && cursor.flatMap(SearchCursor::total).isEmpty()) {
      total = new Total(total.value(), false);
    }
    return new SearchPage(
        collected.logs, next, total, shards.partial(), gaps, shards, range, warnings);
  }

  /** What the rounds of one page brought together. */
  private record Collected(
      List<LogHit> logs,
      Optional<LogPosition> goOnAfter,
      boolean more,
      Optional<Total> total,
      ShardReport shards) {}

  /** Asks in rounds of at most the shard budget, until the page is full or a round is partial. */
  private Collected collect(
      SearchCommand command,
      TimeRange range,
      Optional<SearchCursor> cursor,
      Cancellation cancellation) {
    List<LogHit> logs = new ArrayList<>();
    Optional<LogPosition> position = cursor.flatMap(SearchCursor::after);
    Optional<LogPosition> complete = position;
    boolean counted = cursor.flatMap(SearchCursor::total).isPresent();
    Optional<Total> total = Optional.empty();
    ShardReport shards = ShardReport.NONE;
    int wanted = command.limit() + LOOK_AHEAD;
    boolean exhausted = false;
    while (logs.size() < wanted && !exhausted) {
      cancellation.check();
      int size = Math.min(limits.shardBudget() + LOOK_AHEAD, wanted - logs.size());
      Hits round =
          store.hits(
              new HitsRequest(
                  command.filter(),
                  // Counting needs the whole range; once that is done, what lies behind the
                  // position need not be looked at.
                  counted ? ahead(range, command.order(), position) : range,
                  command.order(),
                  position,
                  size,
                  counted ? 0 : limits.totalBound(),
                  Optional.empty()),
              cancellation);
      total = total.or(round::total);
      counted = true;
      shards = shards.worst(round.shards());
      logs.addAll(round.hits());
      if (round.shards().partial()) {
        return partial(command, logs, complete, total, shards);
      }
      exhausted = round.hits().size() < size;
      if (!round.hits().isEmpty()) {
        position = Optional.of(last(round.hits()).position());
        complete = position;
      }
    }
    boolean more = logs.size() > command.limit();
    List<LogHit> page = more ? logs.subList(0, command.limit()) : logs;
    Optional<LogPosition> goOn = page.isEmpty() ? complete : Optional.of(last(page).position());
    return new Collected(page, goOn, more, total, shards);
  }

  private static Collected partial(
      SearchCommand command,
      List<LogHit> logs,
      Optional<LogPosition> complete,
      Optional<Total> total,
      ShardReport shards) {
    boolean full = logs.size() > command.limit();
    List<LogHit> page = full ? logs.subList(0, command.limit()) : logs;
    if (!command.skipFailed()) {
      return new Collected(page, complete, true, total, shards);
    }
    Optional<LogPosition> goOn = page.isEmpty() ? complete : Optional.of(last(page).position());
    return new Collected(page, goOn, full, total, shards);
  }

  private static LogHit last(List<LogHit> hits) {
    return hits.get(hits.size() - 1);
  }

  /** The part of a range that lies ahead of a position, whose own instant may hold more events. */
  private static TimeRange ahead(TimeRange range, SortOrder order, Optional<LogPosition> position) {
    if (position.isEmpty()) {
      return range;
    }
    long at = position.get().timestampNanos();
    return order == SortOrder.DESC
        ? new TimeRange(range.fromNanos(), Math.min(range.toNanos(), at + 1))
        : new TimeRange(Math.max(range.fromNanos(), at), range.toNanos());
  }

  private SearchCursor checked(
      SearchCursor cursor, SearchCommand command, String hash, Instant now) {
    if (!cursor.query().equals(hash)) {
      throw new InvalidRequestException(
          "cursor", "foreign cursor: it belongs to a search with another filter or order");
    }
    if (cursor.range().length().compareTo(limits.maxRange()) > 0) {
      throw new InvalidRequestException(
          "cursor", "malformed cursor: its range is longer than a search may be");
    }
    sameBound("from", command.from(), cursor.range().fromNanos(), cursor.fromText(), now);
    sameBound("to", command.to(), cursor.range().toNanos(), cursor.toText(), now);
    Duration age = Duration.between(cursor.firstPage(), now);
    if (age.compareTo(limits.cursorMaxAge()) > 0) {
      throw new InvalidRequestException(
          "cursor",
          "expired cursor: its first page is older than "
              + Ranges.describe(limits.cursorMaxAge())
              + "; search again");
    }
    return cursor;
  }

  /**
   * With a cursor a bound may be left out, repeated as it was, or given as the instant to which it
   * was frozen.
   */
  private static void sameBound(
      String field,
      Optional<String> given,
      long frozen,
      Optional<String> relativeText,
      Instant now) {
    if (given.isEmpty() || relativeText.map(String::strip).equals(given.map(String::strip))) {
      return;
    }
    long nanos;
    try {
      nanos = Times.parse(given.get(), now);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(field, e.getMessage());
    }
    if (Times.isRelative(given.get()) || nanos != frozen) {
      throw new InvalidRequestException(
          "cursor", "foreign cursor: it belongs to a search with another '" + field + "'");
    }
  }

  private static Optional<String> relative(Optional<String> text) {
    return text.filter(Times::isRelative).map(String::strip);
  }

  /**
   * Says what retention, which deletes the oldest hours first, has taken from the pages to come.
   * From the oldest event on, hours that earlier pages went past are not missed any more.
   */
  private static Optional<String> deletedMeanwhile(
      Optional<SearchCursor> cursor, SortOrder order, Optional<Instant> oldestNow) {
    Optional<Instant> before = cursor.flatMap(SearchCursor::oldestIndex);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    Instant missing = before.get();
    if (order == SortOrder.ASC) {
      Instant reached =
          cursor
              .flatMap(SearchCursor::after)
              .map(after -> Times.instant(after.timestampNanos()).truncatedTo(ChronoUnit.HOURS))
              .orElse(missing);
      missing = reached.isAfter(missing) ? reached : missing;
    }
    if (oldestNow.isPresent() && !oldestNow.get().isAfter(missing)) {
      return Optional.empty();
    }
    return Optional.of(
        "indices from "
            + missing
            + oldestNow.map(hour -> " to " + hour).orElse("")
            + " were deleted by retention after the first page; those of their events that no page"
            + " has held are missing");
  }
}
