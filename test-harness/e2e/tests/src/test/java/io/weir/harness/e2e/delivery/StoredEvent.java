package io.weir.harness.e2e.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.harness.generate.EventChecksum;
import io.weir.model.log.LogFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An event as a reader found it in a store, or as the input says it has to be there.
 *
 * @param place where the event stands in Kafka
 * @param topicCode code of the topic's incarnation
 * @param timestampNanos event time
 * @param service service
 * @param host host or null
 * @param region region or null
 * @param level level
 * @param message message
 * @param fields fields, an object
 * @param producerId the producer's id or null
 * @param originalTimestamp replaced timestamp or null
 * @param flags bits of {@link LogFlags}
 * @param appendTimeMillis Kafka append time
 */
public record StoredEvent(
    Place place,
    String topicCode,
    long timestampNanos,
    String service,
    String host,
    String region,
    String level,
    String message,
    JsonNode fields,
    String producerId,
    String originalTimestamp,
    int flags,
    long appendTimeMillis) {

  /** Set by the document's encoder and so in one store only. */
  private static final int ONLY_IN_DOCUMENTS = LogFlags.FIELD_TERMS_TRUNCATED;

  /**
   * Returns everything the event says, in one comparable text; the time in microseconds, because
   * that is what DuckDB makes of the archive's nanoseconds. The checksum of generated events holds
   * them all.
   */
  String content() {
    ArrayNode parts = JsonNodeFactory.instance.arrayNode();
    parts.add(topicCode);
    parts.add(Math.floorDiv(timestampNanos, 1_000));
    parts.add(service);
    parts.add(host);
    parts.add(region);
    parts.add(level);
    parts.add(message);
    parts.add(fields);
    parts.add(producerId);
    parts.add(originalTimestamp);
    parts.add(String.join("+", LogFlags.names(flags & ~ONLY_IN_DOCUMENTS)));
    parts.add(appendTimeMillis);
    return parts.toString();
  }

  /** Returns whether the event carries a checksum (generated events do) that does not hold. */
  boolean isDamaged() {
    JsonNode checksum = fields.get(EventChecksum.FIELD);
    if (checksum == null) {
      return false;
    }
    List<Map.Entry<String, String>> texts = new ArrayList<>();
    fields
        .properties()
        .forEach(field -> texts.add(Map.entry(field.getKey(), field.getValue().asText())));
    return !checksum
        .asText()
        .equals(EventChecksum.of(timestampNanos, service, host, region, level, message, texts));
  }
}
