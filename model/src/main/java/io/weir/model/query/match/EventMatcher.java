package io.weir.model.query.match;

import io.weir.model.query.EventQueries;
import io.weir.model.query.Query;
import io.weir.model.query.QueryParser;
import io.weir.model.query.UnanswerableQueryException;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A query as a condition on one event in memory. It finds exactly the events whose documents the
 * hot index finds for the same query. Immutable and thread-safe; the {@link MatchedEvent} is not.
 */
public final class EventMatcher {
  private final Predicate<MatchedEvent> condition;
  private final Set<String> services;

  private EventMatcher(Predicate<MatchedEvent> condition, Set<String> services) {
    this.condition = condition;
    this.services = services;
  }

  /**
   * Compiles a query.
   *
   * @throws UnanswerableQueryException if a clause asks what cannot be answered, like a range of a
   *     structured field
   */
  public static EventMatcher of(Query query) {
    EventQueries.check(query);
    return new EventMatcher(QueryConditions.of(query), RequiredServices.of(query));
  }

  /**
   * Compiles the text of a query.
   *
   * @throws io.weir.model.query.QuerySyntaxException if it is none
   * @throws UnanswerableQueryException as {@link #of(Query)}
   */
  public static EventMatcher parse(String query) {
    return of(QueryParser.parse(query));
  }

  /** Returns whether the query finds the event. */
  public boolean matches(MatchedEvent event) {
    return condition.test(event);
  }

  /**
   * Returns the only services whose events can match, so that a set of queries can be looked up by
   * service; null if the query does not say.
   */
  public Set<String> services() {
    return services;
  }
}
