package io.weir.model.log;

/** Ends the reading of a record that is no log event. Never leaves this package. */
final class RejectedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ParseReason reason;

  RejectedRecordException(ParseReason reason, String detail) {
    super(detail, null, false, false); // it is an answer, not a fault: no stack trace
    this.reason = reason;
  }

  ParseReason reason() {
    return reason;
  }
}
