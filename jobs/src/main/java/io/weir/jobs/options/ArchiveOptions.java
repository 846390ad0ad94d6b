package io.weir.jobs.options;

import io.weir.sinks.archive.ArchiveSettings;
import io.weir.sinks.archive.ArchiveSettings.Compaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.MemorySize;

/** How the archive is written. */
public final class ArchiveOptions {
  private static final Option<String> PATH =
      Option.of(
          "archive.path",
          OptionType.TEXT,
          "Root of the archive: `s3a://bucket/logs` (endpoint and credentials are Flink's `s3.*`"
              + " options) or `file:///path`. Required with the store `archive`.");

  private static final Option<Integer> ZSTD_LEVEL =
      Option.of(
          "archive.zstd-level",
          OptionType.integer(1, 19),
          "1",
          "Compression, from 1 (fast) to 19 (small).");

  private static final Option<MemorySize> WRITER_MEMORY =
      Option.of(
          "archive.writer-memory",
          OptionType.SIZE,
          "64 mb",
          "What the open files of one writer may hold in memory together before the largest of"
              + " them writes a row group.");

  private static final Option<MemorySize> ROW_GROUP_SIZE =
      Option.of(
          "archive.row-group-size",
          OptionType.SIZE,
          "32 mb",
          "What one file may hold in memory before it writes a row group.");

  private static final Option<MemorySize> MAX_FILE_SIZE =
      Option.of(
          "archive.max-file-size",
          OptionType.SIZE,
          "256 mb",
          "A file of this size is closed without waiting for the checkpoint; `0 bytes`: only"
              + " checkpoints close files.");

  private static final Option<Integer> MAX_OPEN_FILES =
      Option.of(
          "archive.max-open-files",
          OptionType.integer(ArchiveSettings.MIN_OPEN_FILES, 100_000),
          "256",
          "Files that one writer has open at once. Beyond that, events of rare services and old"
              + " hours share a file.");

  private static final Option<Duration> LATE_AFTER =
      Option.of(
          "archive.late-after",
          OptionType.DURATION,
          "24 h",
          "An event whose hour ended this long before its append time goes to the late folder of"
              + " its day.");

  private static final Option<List<String>> REQUEST_ID_KEYS =
      Option.of(
          "archive.request-id-keys",
          OptionType.LIST,
          "request_id, requestId, req_id",
          "Names of the field that holds a request id, most wanted first; it gets a column with a"
              + " bloom filter.");

  private static final Option<List<String>> TRACE_ID_KEYS =
      Option.of(
          "archive.trace-id-keys",
          OptionType.LIST,
          "trace_id, traceId, trace.id",
          "Names of the field that holds a trace id, likewise.");

  private static final Option<Boolean> COMPACTION =
      Option.of(
          "archive.compaction.enabled",
          OptionType.BOOLEAN,
          "false",
          "Whether small files become larger ones after their checkpoint. Until then they are not"
              + " visible. Switching it changes what is in a savepoint: see the archive's page.");

  private static final Option<Integer> COMPACTION_CHECKPOINTS =
      Option.of(
          "archive.compaction.every-checkpoints",
          OptionType.integer(1, 100_000),
          "10",
          "Compacts after so many checkpoints.");

  private static final Option<MemorySize> COMPACTION_TARGET =
      Option.of(
          "archive.compaction.target-size",
          OptionType.SIZE,
          "128 mb",
          "Compacts earlier when the waiting files of a folder have this size together.");

  private static final Option<Integer> COMPACTION_THREADS =
      Option.of(
          "archive.compaction.threads",
          OptionType.integer(1, 64),
          "1",
          "Compactions at the same time in one task.");

  static final OptionGroup GROUP =
      OptionGroup.of(
          "Archive",
          "Sizes and counts apply to one writer, of which there are as many as the job's"
              + " parallelism.",
          PATH,
          ZSTD_LEVEL,
          WRITER_MEMORY,
          ROW_GROUP_SIZE,
          MAX_FILE_SIZE,
          MAX_OPEN_FILES,
          LATE_AFTER,
          REQUEST_ID_KEYS,
          TRACE_ID_KEYS,
          COMPACTION,
          COMPACTION_CHECKPOINTS,
          COMPACTION_TARGET,
          COMPACTION_THREADS);

  private ArchiveOptions() {}

  /** Returns the settings; empty after an error. */
  static Optional<ArchiveSettings> read(OptionValues values) {
    String path = values.require(PATH);
    int zstdLevel = values.require(ZSTD_LEVEL);
    MemorySize writerMemory = values.require(WRITER_MEMORY);
    MemorySize rowGroupSize = values.require(ROW_GROUP_SIZE);
    MemorySize maxFileSize = values.require(MAX_FILE_SIZE);
    int maxOpenFiles = values.require(MAX_OPEN_FILES);
    Duration lateAfter = values.require(LATE_AFTER);
    List<String> requestIdKeys = values.require(REQUEST_ID_KEYS);
    List<String> traceIdKeys = values.require(TRACE_ID_KEYS);
    boolean compaction = values.require(COMPACTION);
    int everyCheckpoints = values.require(COMPACTION_CHECKPOINTS);
    MemorySize target = values.require(COMPACTION_TARGET);
    int threads = values.require(COMPACTION_THREADS);
    if (path == null) {
      return Optional.empty();
    }
    return values.attempt(
        "archive.*",
        () ->
            ArchiveSettings.at(path)
                .zstdLevel(zstdLevel)
                .writerMemoryBytes(writerMemory.getBytes())
                .rowGroupBytes(rowGroupSize.getBytes())
                .maxFileBytes(maxFileSize.getBytes())
                .maxOpenFiles(maxOpenFiles)
                .lateAfter(lateAfter)
                .requestIdKeys(requestIdKeys)
                .traceIdKeys(traceIdKeys)
                .compaction(
                    compaction
                        ? new Compaction(true, everyCheckpoints, target.getBytes(), threads)
                        : Compaction.OFF)
                .build());
  }
}
