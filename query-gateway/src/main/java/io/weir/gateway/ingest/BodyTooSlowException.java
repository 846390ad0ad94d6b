package io.weir.gateway.ingest;

/**
 * A body did not come in within its time. Whoever sends it is told to try again: agents give up
 * what is answered with a 4xx, and a slow line is no fault of theirs.
 */
public final class BodyTooSlowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BodyTooSlowException(String message) {
    super(message);
  }
}
