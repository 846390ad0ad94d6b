package io.weir.gateway.ingest;

/** A body is larger than allowed, as sent or after decompression. */
public final class BodyTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BodyTooLargeException(String message) {
    super(message);
  }
}
