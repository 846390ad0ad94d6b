package io.weir.gateway.search;

import io.weir.gateway.auth.ServiceAccess;
import io.weir.model.log.LogLevel;
import io.weir.model.query.Query;
import io.weir.model.query.QueryPrinter;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which events are meant, apart from the time range. Within one list any value matches; the lists
 * and the query must all match. Empty lists do not filter.
 */
public record LogFilter(
    Set<String> services, Set<String> hosts, Set<LogLevel> levels, Query query) {
  /** Every event. */
  public static final LogFilter ALL =
      new LogFilter(Set.of(), Set.of(), Set.of(), new Query.MatchAll());

  public LogFilter {
    services = Set.copyOf(services);
    hosts = Set.copyOf(hosts);
    levels = Set.copyOf(levels);
    Objects.requireNonNull(query, "query");
  }

  /**
   * Returns the same conditions on the services alone that a caller may see.
   *
   * @throws io.weir.gateway.auth.ForbiddenException if the conditions name none of these
   */
  public LogFilter narrowedTo(ServiceAccess access) {
    return access.isRestricted()
        ? new LogFilter(access.narrow(services), hosts, levels, query)
        : this;
  }

  /**
   * Returns a text that is equal for two filters exactly when they mean the same list of
   * conditions, whatever white space or order of values the user wrote.
   */
  public String canonical() {
    StringBuilder text = new StringBuilder();
    values(text, 's', new TreeSet<>(services));
    values(text, 'h', new TreeSet<>(hosts));
    SortedSet<String> names = new TreeSet<>();
    levels.forEach(level -> names.add(level.name()));
    values(text, 'l', names);
    return text.append(QueryPrinter.print(query)).toString();
  }

  /** Lengths first, so that no value can imitate the structure around it. */
  private static void values(StringBuilder text, char kind, SortedSet<String> values) {
    text.append(kind).append(values.size());
    values.forEach(value -> text.append(',').append(value.length()).append(':').append(value));
    text.append(';');
  }
}
