package io.weir.model.query;

/**
 * A query that cannot be read; the message ends with the position ({@code unexpected ')' at 14}).
 */
public final class QuerySyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int position;

  public QuerySyntaxException(String problem, int position) {
    super(problem + " at " + position);
    this.position = position;
  }

  /** Returns the 0-based character offset in the query text. */
  public int position() {
    return position;
  }
}
