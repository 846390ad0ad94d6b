package io.weir.sinks.archive;

import io.weir.model.archive.ArchiveColumns;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.file.sink.compactor.RecordWiseFileCompactor;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads the events of one archive file in the order of the file, for compaction. One row group is
 * in memory at a time, compressed. Reads files of older versions (an optional column may be
 * missing) and refuses those of newer ones, whose further columns it would lose.
 */
final class LogParquetReader implements RecordWiseFileCompactor.Reader<LogEvent> {
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
  private static final int TAIL = 8;
  private static final LogLevel[] LEVELS = LogLevel.values();

  private final Path path;
  private final FSDataInputStream stream;
  private final ParquetMetadata footer;
  private final Iterator<BlockMetaData> rowGroups;
  private final Map<String, String> texts = new HashMap<>();
  private RowGroup current;
  private long rowsLeft;

  /** Opens a file through Flink's file systems. */
  static LogParquetReader open(Path path) throws IOException {
    FileSystem fileSystem = path.getFileSystem();
    long length = fileSystem.getFileStatus(path).getLen();
    FSDataInputStream stream = fileSystem.open(path);
    try {
      return new LogParquetReader(path, stream, length);
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private LogParquetReader(Path path, FSDataInputStream stream, long length) throws IOException {
    this.path = path;
    this.stream = stream;
    this.footer = readFooter(length);
    checkSchema(footer.getFileMetaData().getSchema());
    this.rowGroups = footer.getBlocks().iterator();
  }

  private ParquetMetadata readFooter(long length) throws IOException {
    if (length < TAIL + MAGIC.length) {
      throw new IOException(path + " is too short to be a Parquet file: " + length + " bytes");
    }
    byte[] tail = read(length - TAIL, TAIL);
    if (!Arrays.equals(tail, TAIL - MAGIC.length, TAIL, MAGIC, 0, MAGIC.length)) {
      throw new IOException(path + " does not end as a Parquet file does");
    }
    int footerLength = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (footerLength <= 0 || footerLength > length - TAIL - MAGIC.length) {
      throw new IOException(path + " has a footer of " + footerLength + " bytes");
    }
    byte[] bytes = read(length - TAIL - footerLength, footerLength);
    return new ParquetMetadataConverter().readParquetMetadata(new ByteArrayInputStream(bytes));
  }

  private byte[] read(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    stream.seek(position);
    int done = 0;
    while (done < length) {
      int count = stream.read(bytes, done, length - done);
      if (count < 0) {
        throw new IOException(path + " ends at " + (position + done));
      }
      done += count;
    }
    return bytes;
  }

  private void checkSchema(MessageType schema) throws IOException {
    for (Type column : schema.getFields()) {
      if (!LogSchema.SCHEMA.containsField(column.getName())
          || !sameType(column, LogSchema.SCHEMA.getType(column.getName()))) {
        throw new IOException(path + " has a column of a newer version: " + column);
      }
    }
    for (Type column : LogSchema.SCHEMA.getFields()) {
      if (column.isRepetition(Type.Repetition.REQUIRED)
          && !schema.containsField(column.getName())) {
        throw new IOException(path + " lacks the column " + column.getName());
      }
    }
  }

  private static boolean sameType(Type one, Type other) {
    return one.isPrimitive()
        && one.asPrimitiveType().getPrimitiveTypeName()
            == other.asPrimitiveType().getPrimitiveTypeName();
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
      throw new IOException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
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
      List<ColumnChunkMetaData> chunks = block.getColumns();
      this.timestamp = reader(chunks, ArchiveColumns.TIMESTAMP);
      this.service = reader(chunks, ArchiveColumns.SERVICE);
      this.host = reader(chunks, ArchiveColumns.HOST);
      this.region = reader(chunks, ArchiveColumns.REGION);
      this.level = reader(chunks, ArchiveColumns.LEVEL);
      this.message = reader(chunks, ArchiveColumns.MESSAGE);
      this.fields = reader(chunks, ArchiveColumns.FIELDS);
      this.id = reader(chunks, ArchiveColumns.ID);
      this.originalTimestamp = reader(chunks, ArchiveColumns.ORIGINAL_TIMESTAMP);
      this.flags = reader(chunks, ArchiveColumns.FLAGS);
      this.kafkaTopic = reader(chunks, ArchiveColumns.KAFKA_TOPIC);
      this.kafkaTopicCode = reader(chunks, ArchiveColumns.KAFKA_TOPIC_CODE);
      this.kafkaPartition = reader(chunks, ArchiveColumns.KAFKA_PARTITION);
      this.kafkaOffset = reader(chunks, ArchiveColumns.KAFKA_OFFSET);
      this.appendTime = reader(chunks, ArchiveColumns.APPEND_TIME);
    }

    private ColumnReader reader(List<ColumnChunkMetaData> chunks, String column)
        throws IOException {
      for (ColumnChunkMetaData chunk : chunks) {
        if (chunk.getPath().toDotString().equals(column)) {
          byte[] bytes =
              LogParquetReader.this.read(
                  chunk.getStartingPos(), Math.toIntExact(chunk.getTotalSize()));
          ColumnDescriptor descriptor =
              footer.getFileMetaData().getSchema().getColumnDescription(new String[] {column});
          return new ColumnReaderImpl(
              descriptor,
              new ChunkPages(column, chunk.getValueCount(), bytes),
              new PrimitiveConverter() {},
              writerVersion());
        }
      }
      return null;
    }

    private ParsedVersion writerVersion() {
      try {
        return VersionParser.parse(footer.getFileMetaData().getCreatedBy());
      } catch (VersionParseException e) {
        return null;
      }
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
