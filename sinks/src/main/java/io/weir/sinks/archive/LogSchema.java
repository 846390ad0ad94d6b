package io.weir.sinks.archive;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.NANOS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.weir.model.archive.ArchiveColumns;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/** The Parquet schema of archive files. */
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

  private LogSchema() {}

  static ColumnDescriptor column(String name) {
    return SCHEMA.getColumnDescription(new String[] {name});
  }
}
