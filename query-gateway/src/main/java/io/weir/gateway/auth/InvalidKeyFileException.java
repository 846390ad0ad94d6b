package io.weir.gateway.auth;

/** A file of keys cannot be used; the message names the member and the reason, never a value. */
public final class InvalidKeyFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidKeyFileException(String message) {
    super(message);
  }

  public InvalidKeyFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
