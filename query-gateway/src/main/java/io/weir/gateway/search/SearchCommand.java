package io.weir.gateway.search;

import java.util.Objects;
import java.util.Optional;

/**
 * A page of a search as the client asked for it.
 *
 * @param from as written; empty for the default
 * @param to as written; empty for now
 * @param limit events on the page at most
 * @param cursor of the page before
 * @param skipFailed go on past shards that failed, instead of asking them again with the next page
 */
public record SearchCommand(
    LogFilter filter,
    Optional<String> from,
    Optional<String> to,
    SortOrder order,
    int limit,
    Optional<String> cursor,
    boolean skipFailed) {
  public SearchCommand {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(cursor, "cursor");
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit);
    }
  }
}
