package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.sink.compactor.FileCompactStrategy;
import org.apache.flink.connector.file.sink.compactor.RecordWiseFileCompactor;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;

/**
 * The archive: log events as zstd-compressed Parquet files {@code
 * date=YYYY-MM-DD/hour=HH/service=NAME/batch-<uuid>-<n>.parquet} below a root that Flink has a
 * recoverable file system for ({@code s3a://}, {@code file://}).
 *
 * <p>Exactly once: an event is in exactly one committed file. Files become visible when the
 * checkpoint that closed them has completed, with compaction later (see {@code docs/archive.md}).
 * Stop the job with a savepoint: restoring an older one, whose files have been committed since,
 * fails.
 */
public final class LogArchive {
  private LogArchive() {}

  /** Returns the sink. */
  public static FileSink<LogEvent> sink(ArchiveSettings settings) {
    OpenFiles openFiles = new OpenFiles();
    FileSink.DefaultBulkFormatBuilder<LogEvent> builder =
        FileSink.forBulkFormat(
                new Path(settings.path()), new LogParquetWriterFactory(settings, openFiles))
            .withBucketAssigner(
                new EventTimeBucketAssigner(
                    settings.lateAfter(), settings.maxOpenFiles(), openFiles))
            .withRollingPolicy(new RollAtSize(settings.maxFileBytes()))
            .withOutputFileConfig(new OutputFileConfig("batch", ".parquet"));
    ArchiveSettings.Compaction compaction = settings.compaction();
    if (!compaction.enabled()) {
      // Not the same as never enabling it: the state of a job that did compact restores.
      return builder.disableCompact().build();
    }
    return builder
        .enableCompact(
            FileCompactStrategy.Builder.newBuilder()
                .enableCompactionOnCheckpoint(compaction.everyCheckpoints())
                .setSizeThreshold(compaction.targetBytes())
                .setNumCompactThreads(compaction.threads())
                .build(),
            new RecordWiseFileCompactor<>(LogParquetReader::open))
        .build();
  }
}
