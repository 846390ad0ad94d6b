package io.weir.gateway.otlp;

/** Says that bytes are not the message that they should be. */
final class MalformedOtlpException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedOtlpException(String message) {
    super(message);
  }

  MalformedOtlpException(String message, Throwable cause) {
    super(message, cause);
  }
}
