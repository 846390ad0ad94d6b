package io.weir.model.archive;

import java.util.List;

/**
 * Names of the columns of an archive file, which every reader of the archive relies on. A name is
 * never reused with another meaning; new columns are appended and are optional.
 */
public final class ArchiveColumns {
  /** Event time: INT64, TIMESTAMP(NANOS, UTC). */
  public static final String TIMESTAMP = "timestamp";

  public static final String SERVICE = "service";
  public static final String HOST = "host";
  public static final String REGION = "region";
  public static final String LEVEL = "level";
  public static final String MESSAGE = "message";

  /** The structured fields as the text of one JSON object. */
  public static final String FIELDS = "fields";

  /** The request id out of the fields, for its bloom filter; null where an event has none. */
  public static final String REQUEST_ID = "request_id";

  /** The trace id out of the fields, for its bloom filter; null where an event has none. */
  public static final String TRACE_ID = "trace_id";

  /** The producer's own id. */
  public static final String ID = "id";

  /** The producer's timestamp as it was written, where it was replaced by the append time. */
  public static final String ORIGINAL_TIMESTAMP = "original_timestamp";

  /** INT32: bits of {@link io.weir.model.log.LogFlags}. */
  public static final String FLAGS = "flags";

  public static final String KAFKA_TOPIC = "kafka_topic";
  public static final String KAFKA_TOPIC_CODE = "kafka_topic_code";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String KAFKA_OFFSET = "kafka_offset";

  /** Kafka append time: INT64, TIMESTAMP(MILLIS, UTC). */
  public static final String APPEND_TIME = "append_time";

  /** All columns in the order in which they stand in a file. */
  public static final List<String> ALL =
      List.of(
          TIMESTAMP,
          SERVICE,
          HOST,
          REGION,
          LEVEL,
          MESSAGE,
          FIELDS,
          REQUEST_ID,
          TRACE_ID,
          ID,
          ORIGINAL_TIMESTAMP,
          FLAGS,
          KAFKA_TOPIC,
          KAFKA_TOPIC_CODE,
          KAFKA_PARTITION,
          KAFKA_OFFSET,
          APPEND_TIME);

  private ArchiveColumns() {}
}
