package io.weir.model.query;

/**
 * What can be asked of one event in memory: less than of an index, where a structured field may
 * have been given an order. Immutable.
 */
public final class EventQueries {
  private EventQueries() {}

  /**
   * Parses a query that can be asked of one event.
   *
   * @throws QuerySyntaxException if it is none
   * @throws UnanswerableQueryException as {@link #check}
   */
  public static Query parse(String text) {
    Query query = QueryParser.parse(text);
    check(query);
    return query;
  }

  /**
   * Checks that a query can be asked of one event.
   *
   * @throws UnanswerableQueryException naming the first clause that cannot: a range of a structured
   *     field or of text, or a prefix of a time or number
   */
  public static void check(Query query) {
    if (query instanceof Query.And and) {
      and.clauses().forEach(EventQueries::check);
    } else if (query instanceof Query.Or or) {
      or.clauses().forEach(EventQueries::check);
    } else if (query instanceof Query.Not not) {
      check(not.clause());
    } else if (query instanceof Query.FieldPrefix prefix) {
      switch (QueryFields.kind(prefix.field())) {
        case TIME, NUMBER ->
            throw new UnanswerableQueryException(
                prefix.field(), "takes no prefix", prefix.position());
        case TEXT, KEYWORD, LEVEL, STRUCTURED -> {}
      }
    } else if (query instanceof Query.FieldRange range) {
      switch (QueryFields.kind(range.field())) {
        case TEXT ->
            throw new UnanswerableQueryException(
                range.field(), "takes words and phrases, no range", range.position());
        case STRUCTURED ->
            throw new UnanswerableQueryException(
                range.field(), "is a structured field without an order", range.position());
        case KEYWORD, LEVEL, TIME, NUMBER -> {}
      }
    }
  }
}
