package io.weir.sinks.archive;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
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
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * One archive file, opened through Flink's file systems: its footer, and the columns of its row
 * groups one by one, so that who needs few columns reads few bytes. Accepts files of older versions
 * (an optional column may be missing) and refuses those of newer ones.
 */
final class ArchiveFile implements Closeable {
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
  private static final int TAIL = 8;

  private final Path path;
  private final FSDataInputStream stream;
  private final ParquetMetadata footer;

  /** Opens a file through Flink's file systems. */
  static ArchiveFile open(Path path) throws IOException {
    FileSystem fileSystem = path.getFileSystem();
    long length = fileSystem.getFileStatus(path).getLen();
    FSDataInputStream stream = fileSystem.open(path);
    try {
      return new ArchiveFile(path, stream, length);
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private ArchiveFile(Path path, FSDataInputStream stream, long length) throws IOException {
    this.path = path;
    this.stream = stream;
    this.footer = readFooter(length);
    checkSchema(footer.getFileMetaData().getSchema());
  }

  Path path() {
    return path;
  }

  List<BlockMetaData> rowGroups() {
    return footer.getBlocks();
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

  /** Returns the chunk of a column in a row group, or null where the file has no such column. */
  static ColumnChunkMetaData chunk(BlockMetaData rowGroup, String column) {
    for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
      if (chunk.getPath().toDotString().equals(column)) {
        return chunk;
      }
    }
    return null;
  }

  /** Returns the values of a column in a row group, or null where the file has no such column. */
  ColumnReader column(BlockMetaData rowGroup, String column) throws IOException {
    ColumnChunkMetaData chunk = chunk(rowGroup, column);
    if (chunk == null) {
      return null;
    }
    byte[] bytes = read(chunk.getStartingPos(), Math.toIntExact(chunk.getTotalSize()));
    ColumnDescriptor descriptor =
        footer.getFileMetaData().getSchema().getColumnDescription(new String[] {column});
    return new ColumnReaderImpl(
        descriptor,
        new ChunkPages(column, chunk.getValueCount(), bytes),
        new PrimitiveConverter() {},
        writerVersion());
  }

  private ParsedVersion writerVersion() {
    try {
      return VersionParser.parse(footer.getFileMetaData().getCreatedBy());
    } catch (VersionParseException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
