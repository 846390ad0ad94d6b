package io.weir.gateway;

/** A request that is well-formed and cannot be done all the same; becomes a 422. */
public final class UnprocessableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnprocessableException(String message) {
    super(message);
  }
}
