package io.weir.gateway.otlp;

/** A data point cannot become points of Weir. */
final class RejectedPointException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason short code
   * @param detail one sentence with the field and the cause
   */
  RejectedPointException(String reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
