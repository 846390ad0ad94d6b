package io.weir.model.log;

/**
 * Whether a record would become an event: exactly one of service and reason is present.
 *
 * @param service name of the event's service, which keys it in Kafka, or null
 * @param reason why the record would be a dead letter, or null
 * @param detail one sentence that names the field and the cause; null where there is no reason
 */
public record LogCheck(String service, ParseReason reason, String detail) {

  static LogCheck accepted(String service) {
    return new LogCheck(service, null, null);
  }

  static LogCheck rejected(ParseReason reason, String detail) {
    return new LogCheck(null, reason, detail);
  }

  /** Returns whether the record would become an event. */
  public boolean isAccepted() {
    return reason == null;
  }
}
