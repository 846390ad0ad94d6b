package io.weir.model.log;

import io.weir.model.kafka.EventId;
import io.weir.model.kafka.RecordOrigin;
import java.util.Objects;

/**
 * One log line after normalisation: what every store, rule and viewer sees. Flat, so that Flink
 * serializes it as a POJO and so that nothing is looked up twice on the hot path.
 *
 * @param timestampNanos event time, nanoseconds since the epoch, UTC; equals the append time where
 *     the flags say so
 * @param service name of the service, never empty
 * @param host name of the host, or null
 * @param region region of the host, or null
 * @param level severity, never null; see {@link LogFlags#LEVEL_INFERRED}
 * @param message the text, never null; perhaps truncated, see {@link LogFlags#MESSAGE_TRUNCATED}
 * @param fields structured fields as the text of one JSON object, {@code "{}"} when there are none
 * @param producerId the producer's own id, for deduplication only, or null
 * @param originalTimestamp the producer's timestamp as it was written, kept only where it was
 *     replaced by the append time, else null
 * @param flags what happened to the event on its way: bits of {@link LogFlags}
 * @param topic Kafka topic
 * @param topicCode short code of the topic's incarnation
 * @param partition Kafka partition
 * @param offset Kafka offset
 * @param appendTimeMillis Kafka append time, epoch milliseconds
 */
public record LogEvent(
    long timestampNanos,
    String service,
    String host,
    String region,
    LogLevel level,
    String message,
    String fields,
    String producerId,
    String originalTimestamp,
    int flags,
    String topic,
    String topicCode,
    int partition,
    long offset,
    long appendTimeMillis) {

  /** The text of {@link #fields} when an event has none. */
  public static final String NO_FIELDS = "{}";

  public LogEvent {
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(level, "level");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(fields, "fields");
  }

  /** Returns whether a bit of {@link LogFlags} is set. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Returns the event's identity, which is its document id. */
  public String eventId() {
    return EventId.encode(topicCode, partition, offset);
  }

  /** Returns where the event stands in Kafka. */
  public RecordOrigin origin() {
    return new RecordOrigin(topic, topicCode, partition, offset, appendTimeMillis);
  }
}
