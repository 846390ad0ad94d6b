package io.weir.gateway;

/** What was asked for by name does not exist; becomes a 404. */
public final class NotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NotFoundException(String message) {
    super(message);
  }
}
