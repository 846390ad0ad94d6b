package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import java.io.IOException;
import java.io.Serial;
import java.util.List;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;

/**
 * Opens Parquet files of log events. A factory serves the writers of one subtask, all on the task's
 * thread, or the threads of one compaction operator; each thread has a {@link WriterPool} of its
 * own.
 */
final class LogParquetWriterFactory implements BulkWriter.Factory<LogEvent> {
  @Serial private static final long serialVersionUID = 1L;

  private final int zstdLevel;
  private final long writerMemoryBytes;
  private final long rowGroupBytes;
  private final List<String> requestIdKeys;
  private final List<String> traceIdKeys;
  private final OpenFiles openFiles;

  private transient volatile ThreadLocal<WriterPool> pools;

  LogParquetWriterFactory(ArchiveSettings settings, OpenFiles openFiles) {
    this.zstdLevel = settings.zstdLevel();
    this.writerMemoryBytes = settings.writerMemoryBytes();
    this.rowGroupBytes = settings.rowGroupBytes();
    this.requestIdKeys = settings.requestIdKeys();
    this.traceIdKeys = settings.traceIdKeys();
    this.openFiles = openFiles;
  }

  @Override
  public BulkWriter<LogEvent> create(FSDataOutputStream stream) throws IOException {
    return new LogParquetWriter(
        stream,
        pools().get(),
        new FieldLookup(List.of(requestIdKeys, traceIdKeys)),
        rowGroupBytes,
        openFiles);
  }

  private ThreadLocal<WriterPool> pools() {
    ThreadLocal<WriterPool> made = pools;
    if (made == null) {
      synchronized (this) {
        made = pools;
        if (made == null) {
          made = ThreadLocal.withInitial(() -> new WriterPool(writerMemoryBytes, zstdLevel));
          pools = made;
        }
      }
    }
    return made;
  }
}
