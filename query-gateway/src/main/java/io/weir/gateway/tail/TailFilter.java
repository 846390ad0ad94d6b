package io.weir.gateway.tail;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.search.LogFilter;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.query.UnanswerableQueryException;
import io.weir.model.query.match.EventMatcher;
import io.weir.model.query.match.MatchedEvent;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The conditions of one client, as a test of one event in memory. It finds what a search with the
 * same conditions finds. Immutable and thread-safe.
 */
final class TailFilter {
  private final Optional<Set<String>> services;
  private final Set<String> hosts;
  private final Set<LogLevel> levels;
  private final EventMatcher matcher;

  private TailFilter(
      Optional<Set<String>> services,
      Set<String> hosts,
      Set<LogLevel> levels,
      EventMatcher matcher) {
    this.services = services;
    this.hosts = hosts;
    this.levels = levels;
    this.matcher = matcher;
  }

  /**
   * Compiles a filter.
   *
   * @throws InvalidRequestException naming {@code q} if a clause asks what events cannot be asked
   */
  static TailFilter of(LogFilter filter) {
    EventMatcher matcher;
    try {
      matcher = EventMatcher.of(filter.query());
    } catch (UnanswerableQueryException e) {
      throw new InvalidRequestException("q", Objects.requireNonNull(e.getMessage()), e.position());
    }
    EnumSet<LogLevel> levels = EnumSet.noneOf(LogLevel.class);
    levels.addAll(filter.levels().isEmpty() ? EnumSet.allOf(LogLevel.class) : filter.levels());
    return new TailFilter(
        services(filter.services(), matcher.services()), filter.hosts(), levels, matcher);
  }

  /** Those that both the parameter and the query allow. */
  private static Optional<Set<String>> services(Set<String> given, Set<String> ofQuery) {
    if (given.isEmpty()) {
      return Optional.ofNullable(ofQuery).map(Set::copyOf);
    }
    Set<String> both = new HashSet<>(given);
    if (ofQuery != null) {
      both.retainAll(ofQuery);
    }
    return Optional.of(Set.copyOf(both));
  }

  /** Returns the only services whose events can match; empty if the filter does not say. */
  Optional<Set<String>> services() {
    return services;
  }

  /** Returns whether an event matches, its service included. */
  boolean matches(MatchedEvent event) {
    LogEvent log = event.event();
    return levels.contains(log.level())
        && (services.isEmpty() || services.get().contains(log.service()))
        && (hosts.isEmpty() || (log.host() != null && hosts.contains(log.host())))
        && matcher.matches(event);
  }
}
