package io.weir.model.json;

import java.util.List;

/**
 * Names of the fields of a log document in Elasticsearch, of the API's log objects, and of the
 * query language. The archive's columns carry the same names.
 */
public final class DocumentFields {
  /**
   * Identity of the event, see {@link io.weir.model.kafka.EventId}: the document's id, and a member
   * of the API's log objects only.
   */
  public static final String EVENT_ID = "event_id";

  /** Event time, RFC 3339 in UTC with nine fraction digits. */
  public static final String TIMESTAMP = "timestamp";

  /** Name of the service. */
  public static final String SERVICE = "service";

  /** Name of the host; absent when unknown. */
  public static final String HOST = "host";

  /** Region of the host; absent when unknown. */
  public static final String REGION = "region";

  /** Severity: the name of a {@link io.weir.model.log.LogLevel}. */
  public static final String LEVEL = "level";

  /** The text. */
  public static final String MESSAGE = "message";

  /** Structured fields, an object; stored and not mapped; absent when there are none. */
  public static final String FIELDS = "fields";

  /** What makes {@link #FIELDS} searchable: an array of {@code key=value}; never shown to users. */
  public static final String FIELD_TERMS = "field_terms";

  /**
   * Typed values of {@linkplain io.weir.model.index.PromotedFields promoted} fields, an object;
   * absent when there are none; never shown to users.
   */
  public static final String PROMOTED = "promoted";

  /** The producer's own id; absent when there is none. */
  public static final String ID = "id";

  /** The producer's timestamp as written, where it was replaced; else absent. */
  public static final String ORIGINAL_TIMESTAMP = "original_timestamp";

  /** Array of lower-case names of {@link io.weir.model.log.LogFlags}; absent when none is set. */
  public static final String FLAGS = "flags";

  /** Kafka topic. */
  public static final String KAFKA_TOPIC = "kafka_topic";

  /** Short code of the topic's incarnation. */
  public static final String KAFKA_TOPIC_CODE = "kafka_topic_code";

  /** Kafka partition. */
  public static final String KAFKA_PARTITION = "kafka_partition";

  /** Kafka offset. */
  public static final String KAFKA_OFFSET = "kafka_offset";

  /** Kafka append time, epoch milliseconds. */
  public static final String APPEND_TIME = "append_time";

  /** Every field, in the order in which a document holds them. */
  public static final List<String> ALL =
      List.of(
          TIMESTAMP,
          SERVICE,
          HOST,
          REGION,
          LEVEL,
          MESSAGE,
          FIELDS,
          FIELD_TERMS,
          PROMOTED,
          ID,
          ORIGINAL_TIMESTAMP,
          FLAGS,
          KAFKA_TOPIC,
          KAFKA_TOPIC_CODE,
          KAFKA_PARTITION,
          KAFKA_OFFSET,
          APPEND_TIME);

  private DocumentFields() {}
}
