package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;

/**
 * Writes one Parquet file of log events: our columns on parquet-java's page and file writers,
 * without its Hadoop-bound front end. A row group is written when it has reached its size, or when
 * the pool needs the memory. Not thread-safe.
 */
final class LogParquetWriter implements BulkWriter<LogEvent> {
  /** Key and value in every footer: which meaning the columns have. */
  static final Map<String, String> METADATA = Map.of("weir.archive.version", "1");

  /** Bounds in page indexes and statistics are cut to this length. */
  private static final int BOUND_BYTES = 64;

  private static final boolean CHECKSUMS = true;

  /** What a writer holds is measured after so many rows or bytes: measuring has a cost. */
  private static final int MEASURE_ROWS = 512;

  private static final int MEASURE_BYTES = 256 << 10;

  private final WriterPool pool;
  private final FieldLookup ids;
  private final long rowGroupBytes;
  private final OpenFiles openFiles;
  private final FSDataOutputStream stream;

  private ParquetFileWriter file;
  private ColumnChunkPageWriteStore pages;
  private LogColumns columns;
  private long rows;
  private int rowsUnmeasured;
  private int bytesUnmeasured;
  private long held;

  LogParquetWriter(
      FSDataOutputStream stream,
      WriterPool pool,
      FieldLookup ids,
      long rowGroupBytes,
      OpenFiles openFiles) {
    this.pool = pool;
    this.ids = ids;
    this.rowGroupBytes = rowGroupBytes;
    this.openFiles = openFiles;
    this.stream = stream;
    pool.opened(this);
    openFiles.opened();
  }

  @Override
  public void addElement(LogEvent event) throws IOException {
    if (columns == null) {
      startRowGroup();
    }
    bytesUnmeasured += columns.write(event);
    rows++;
    rowsUnmeasured++;
    if (rowsUnmeasured >= MEASURE_ROWS || bytesUnmeasured >= MEASURE_BYTES) {
      measure();
    }
  }

  private void startRowGroup() throws IOException {
    if (file == null) {
      file =
          new ParquetFileWriter(
              new StreamOutputFile(stream),
              LogSchema.SCHEMA,
              ParquetFileWriter.Mode.CREATE,
              rowGroupBytes,
              0,
              BOUND_BYTES,
              BOUND_BYTES,
              CHECKSUMS);
      file.start();
    }
    pages =
        new ColumnChunkPageWriteStore(
            pool.compressor(), LogSchema.SCHEMA, PageColumn.ALLOCATOR, BOUND_BYTES, CHECKSUMS);
    columns = new LogColumns(pages, ids);
  }

  private void measure() throws IOException {
    long before = held;
    held = columns.held();
    rowsUnmeasured = 0;
    bytesUnmeasured = 0;
    pool.changed(held - before);
    if (held >= rowGroupBytes) {
      writeRowGroup();
    }
  }

  /** Returns the bytes that this writer held in memory when it was last measured. */
  long held() {
    return held;
  }

  /** Writes what is in memory as one row group. */
  void writeRowGroup() throws IOException {
    if (rows > 0) {
      columns.end(pages);
      file.startBlock(rows);
      pages.flushToFileWriter(file);
      file.endBlock();
      pages.close();
    }
    pages = null;
    columns = null;
    rows = 0;
    rowsUnmeasured = 0;
    bytesUnmeasured = 0;
    long released = held;
    held = 0;
    pool.changed(-released);
  }

  /** Does nothing: what is in memory becomes a row group when it is large enough. */
  @Override
  public void flush() {}

  /**
   * Ends the file. Nothing at all is written when there was no event: FileSink never opens a file
   * for none, except where it copies the bytes of a finished file past this writer (state of a job
   * that did compact, restored without compaction), and a footer behind those would hide them.
   */
  @Override
  public void finish() throws IOException {
    writeRowGroup();
    if (file != null) {
      file.end(METADATA);
      file.close();
    }
    pool.closed(this);
    openFiles.closed();
  }
}
