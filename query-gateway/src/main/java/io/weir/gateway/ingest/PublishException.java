package io.weir.gateway.ingest;

/** Kafka did not acknowledge in time; the same request may be sent again. */
public final class PublishException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int acknowledged;

  /**
   * @param acknowledged events of the request that Kafka did acknowledge
   */
  public PublishException(String message, int acknowledged, Throwable cause) {
    super(message, cause);
    this.acknowledged = acknowledged;
  }

  /** Returns how many events of the request Kafka did acknowledge. */
  public int acknowledged() {
    return acknowledged;
  }
}
