package io.weir.gateway.search;

/** The store as a whole did not answer; with the words that the user is told. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What happened, which decides the status of the answer. */
  public enum Kind {
    /** Cannot be reached, or says that it cannot answer now. */
    UNAVAILABLE,
    /** Did not answer in time. */
    TIMEOUT,
    /** Has more to do than it can. */
    OVERLOADED,
    /** Refuses the request: a fault of the gateway or of its rights. */
    REJECTED
  }

  private final Kind kind;

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Returns what happened. */
  public Kind kind() {
    return kind;
  }
}
