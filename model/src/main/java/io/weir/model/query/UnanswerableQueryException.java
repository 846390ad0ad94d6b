package io.weir.model.query;

/** A query that is well formed but asks what events cannot be asked; the message says what. */
public final class UnanswerableQueryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int position;

  UnanswerableQueryException(String field, String reason, int position) {
    super("'" + field + "' " + reason + " at " + position);
    this.position = position;
  }

  /** Returns where in the query's text the clause stands, from 0. */
  public int position() {
    return position;
  }
}
