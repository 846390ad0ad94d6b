package io.weir.sinks.archive;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.NANOS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.weir.model.archive.ArchiveColumns;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/** The Parquet schema of archive files and how each column is encoded. */
final class LogSchema {
  static final MessageType SCHEMA =
      Types.buildMessage()
          .required(INT64)
          .as(timestampType(true, NANOS))
          .named(ArchiveColumns.TIMESTAMP)
          .required(BINARY)
          .as(stringType())
          .named(ArchiveColumns.SERVICE)
          .optional(BINARY)
          .as(stringType())
          .named(ArchiveColumns.HOST)
          .optional(BINARY)
          .as(stringType())
          .named(ArchiveColumns.REGION)
          .required(BINARY)
          .as(stringType())
          .named(ArchiveColumns.LEVEL)
          .required(BINARY)
          .as(stringType())
          .named(ArchiveColumns.MESSAGE)
          .required(BINARY)
          .as(stringType())
          .named(ArchiveColumns.FIELDS)
          .optional(BINARY)
          .as(stringType())
          .named(ArchiveColumns.REQUEST_ID)
          .optional(BINARY)
          .as(stringType())
          .named(ArchiveColumns.TRACE_ID)
          .optional(BINARY)
          .as(stringType())
          .named(ArchiveColumns.ID)
          .optional(BINARY)
          .as(stringType())
          .named(ArchiveColumns.ORIGINAL_TIMESTAMP)
          .required(INT32)
          .named(ArchiveColumns.FLAGS)
          .required(BINARY)
          .as(stringType())
          .named(ArchiveColumns.KAFKA_TOPIC)
          .required(BINARY)
          .as(stringType())
          .named(ArchiveColumns.KAFKA_TOPIC_CODE)
          .required(INT32)
          .named(ArchiveColumns.KAFKA_PARTITION)
          .required(INT64)
          .named(ArchiveColumns.KAFKA_OFFSET)
          .required(INT64)
          .as(timestampType(true, MILLIS))
          .named(ArchiveColumns.APPEND_TIME)
          .named("log");

  /** Few distinct values in one file: a dictionary pays. */
  static final Set<String> DICTIONARY =
      Set.of(
          ArchiveColumns.SERVICE,
          ArchiveColumns.HOST,
          ArchiveColumns.REGION,
          ArchiveColumns.LEVEL,
          ArchiveColumns.FLAGS,
          ArchiveColumns.KAFKA_TOPIC,
          ArchiveColumns.KAFKA_TOPIC_CODE,
          ArchiveColumns.KAFKA_PARTITION);

  /** Text whose smallest and largest value help no query. */
  static final Set<String> NO_STATISTICS = Set.of(ArchiveColumns.MESSAGE, ArchiveColumns.FIELDS);

  private LogSchema() {}

  static ColumnDescriptor column(String name) {
    return SCHEMA.getColumnDescription(new String[] {name});
  }
}
