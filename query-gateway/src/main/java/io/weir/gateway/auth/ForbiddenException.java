package io.weir.gateway.auth;

/** Who asks is known, and may not do this; becomes a 403. */
public final class ForbiddenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ForbiddenException(String message) {
    super(message);
  }
}
