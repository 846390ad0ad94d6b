package io.weir.gateway.ingest;

/** The gateway has more to do than it may take on; the client should come again later. */
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(String message) {
    super(message);
  }
}
