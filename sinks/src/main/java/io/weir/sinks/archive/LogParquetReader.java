package io.weir.sinks.archive;

import io.weir.model.archive.ArchiveColumns;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.connector.file.sink.compactor.RecordWiseFileCompactor;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Reads the events of one archive file in the order of the file, for compaction. One row group is
 * in memory at a time, compressed. Reads files of older versions (an optional column may be
 * missing) and refuses those of newer ones, whose further columns it would lose.
 */
final class LogParquetReader implements RecordWiseFileCompactor.Reader<LogEvent> {
  private static final LogLevel[] LEVELS = LogLevel.values();

  private final ArchiveFile file;
  private final Iterator<BlockMetaData> rowGroups;
  private final Map<String, String> texts = new HashMap<>();
  private RowGroup current;
  private long rowsLeft;

  /** Opens a file through Flink's file systems. */
  static LogParquetReader open(Path path) throws IOException {
    return new LogParquetReader(ArchiveFile.open(path));
  }

  private LogParquetReader(ArchiveFile file) {
    this.file = file;
    this.rowGroups = file.rowGroups().iterator();
  }

  @Override
  public LogEvent read() throws IOException {
    try {
      while (rowsLeft == 0) {
        if (!rowGroups.hasNext()) {
          return null;
        }
        BlockMetaData block = rowGroups.next();
        current = new RowGroup(block);
        rowsLeft = block.getRowCount();
      }
      rowsLeft--;
      return current.next();
    } catch (ParquetDecodingException e) {
      throw new IOException(file.path() + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Keeps one object for each text that comes again and again. */
  private String shared(String text) {
    if (texts.size() > 10_000) {
      texts.clear();
    }
    String known = text == null ? null : texts.putIfAbsent(text, text);
    return known == null ? text : known;
  }

  private final class RowGroup {
    private final ColumnReader timestamp;
    private final ColumnReader service;
    private final ColumnReader host;
    private final ColumnReader region;
    private final ColumnReader level;
    private final ColumnReader message;
    private final ColumnReader fields;
    private final ColumnReader id;
    private final ColumnReader originalTimestamp;
    private final ColumnReader flags;
    private final ColumnReader kafkaTopic;
    private final ColumnReader kafkaTopicCode;
    private final ColumnReader kafkaPartition;
    private final ColumnReader kafkaOffset;
    private final ColumnReader appendTime;

    RowGroup(BlockMetaData block) throws IOException {
      this.timestamp = file.column(block, ArchiveColumns.TIMESTAMP);
      this.service = file.column(block, ArchiveColumns.SERVICE);
      this.host = file.column(block, ArchiveColumns.HOST);
      this.region = file.column(block, ArchiveColumns.REGION);
      this.level = file.column(block, ArchiveColumns.LEVEL);
      this.message = file.column(block, ArchiveColumns.MESSAGE);
      this.fields = file.column(block, ArchiveColumns.FIELDS);
      this.id = file.column(block, ArchiveColumns.ID);
      this.originalTimestamp = file.column(block, ArchiveColumns.ORIGINAL_TIMESTAMP);
      this.flags = file.column(block, ArchiveColumns.FLAGS);
      this.kafkaTopic = file.column(block, ArchiveColumns.KAFKA_TOPIC);
      this.kafkaTopicCode = file.column(block, ArchiveColumns.KAFKA_TOPIC_CODE);
      this.kafkaPartition = file.column(block, ArchiveColumns.KAFKA_PARTITION);
      this.kafkaOffset = file.column(block, ArchiveColumns.KAFKA_OFFSET);
      this.appendTime = file.column(block, ArchiveColumns.APPEND_TIME);
    }

    LogEvent next() {
      return new LogEvent(
          number(timestamp),
          shared(text(service)),
          shared(text(host)),
          shared(text(region)),
          level(text(level)),
          text(message),
          text(fields),
          text(id),
          text(originalTimestamp),
          integer(flags),
          shared(text(kafkaTopic)),
          shared(text(kafkaTopicCode)),
          integer(kafkaPartition),
          number(kafkaOffset),
          number(appendTime));
    }

    private static LogLevel level(String name) {
      for (LogLevel level : LEVELS) {
        if (level.name().equals(name)) {
          return level;
        }
      }
      throw new ParquetDecodingException("unknown level '" + name + "'");
    }

    private static long number(ColumnReader column) {
      long value = column.getLong();
      column.consume();
      return value;
    }

    private static int integer(ColumnReader column) {
      int value = column.getInteger();
      column.consume();
      return value;
    }

    private static String text(ColumnReader column) {
      if (column == null) {
        return null;
      }
      boolean present =
          column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
      String value =
          present ? new String(column.getBinary().getBytesUnsafe(), StandardCharsets.UTF_8) : null;
      column.consume();
      return value;
    }
  }
}
