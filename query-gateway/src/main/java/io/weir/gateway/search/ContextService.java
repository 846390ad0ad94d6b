package io.weir.gateway.search;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.model.json.DocumentFields;
import io.weir.model.kafka.EventId;
import io.weir.model.query.Query;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Finds what the same service on the same host said just before and after one event. */
public final class ContextService {
  private final LogStore store;
  private final GatewayConfig.Search limits;
  private final Clock clock;

  public ContextService(LogStore store, GatewayConfig.Search limits, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * An event among its neighbours, oldest first.
   *
   * @param moreBefore whether there are earlier ones within the window
   * @param moreAfter whether there are later ones within the window
   */
  public record Context(
      List<LogHit> before,
      LogHit event,
      List<LogHit> after,
      boolean moreBefore,
      boolean moreAfter,
      ShardReport shards) {}

  /**
   * Finds the lines around an event.
   *
   * @param timestamp the event's time as the client knows it; spares a look into every index
   * @param access an event of another service is treated as if there were none
   * @return empty if there is no such event
   */
  public Optional<Context> context(
      String eventId,
      Optional<String> timestamp,
      int before,
      int after,
      ServiceAccess access,
      Cancellation cancellation) {
    checkId(eventId);
    Optional<TimeRange> within =
        timestamp.map(
            text -> {
              try {
                long at = Times.parse(text, clock.instant());
                return new TimeRange(at, at + 1);
              } catch (IllegalArgumentException e) {
                throw new InvalidRequestException("timestamp", e.getMessage());
              }
            });
    return store
        .find(eventId, within, cancellation)
        .filter(event -> access.allows(event.source().path(DocumentFields.SERVICE).asText(null)))
        .map(event -> around(event, before, after, cancellation));
  }

  private static void checkId(String eventId) {
    try {
      EventId.partition(eventId);
      EventId.offset(eventId);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("id", e.getMessage());
    }
  }

  private Context around(LogHit event, int before, int after, Cancellation cancellation) {
    LogFilter same = sameOrigin(event);
    long at = event.position().timestampNanos();
    long window = limits.contextWindow().toNanos();
    Hits earlier =
        neighbours(
            same,
            new TimeRange(Math.max(0, at - window), at + 1),
            SortOrder.DESC,
            event,
            before,
            cancellation);
    Hits later =
        neighbours(same, new TimeRange(at, at + window), SortOrder.ASC, event, after, cancellation);
    List<LogHit> beforeLines = new ArrayList<>(cut(earlier.hits(), before));
    Collections.reverse(beforeLines);
    return new Context(
        beforeLines,
        event,
        cut(later.hits(), after),
        earlier.hits().size() > before,
        later.hits().size() > after,
        earlier.shards().worst(later.shards()));
  }

  private Hits neighbours(
      LogFilter filter,
      TimeRange range,
      SortOrder order,
      LogHit event,
      int count,
      Cancellation cancellation) {
    return store.hits(
        new HitsRequest(
            filter, range, order, Optional.of(event.position()), count + 1, 0, Optional.empty()),
        cancellation);
  }

  private static List<LogHit> cut(List<LogHit> hits, int count) {
    return hits.subList(0, Math.min(count, hits.size()));
  }

  private static LogFilter sameOrigin(LogHit event) {
    String host = event.source().path(DocumentFields.HOST).asText("");
    Query query =
        host.isEmpty()
            ? new Query.Not(new Query.FieldExists(DocumentFields.HOST, 0))
            : new Query.MatchAll();
    return new LogFilter(
        Set.of(event.source().path(DocumentFields.SERVICE).asText()),
        host.isEmpty() ? Set.of() : Set.of(host),
        Set.of(),
        query);
  }
}
