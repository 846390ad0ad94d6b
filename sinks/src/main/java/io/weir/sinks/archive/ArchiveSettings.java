package io.weir.sinks.archive;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How the Parquet archive is written. Made by {@link #at}, whose builder reports every mistake at
 * once.
 *
 * @param path root of the archive, a URI that Flink has a file system for: {@code
 *     s3a://bucket/logs}, {@code file:///var/lib/weir/archive}
 * @param zstdLevel compression level, 1 (fast) to 19
 * @param writerMemoryBytes what the open files of one sink subtask may hold in memory together
 *     before the largest of them writes a row group; each compaction thread has as much again
 * @param rowGroupBytes what one file may hold in memory before it writes a row group
 * @param maxFileBytes a file of this size is closed without waiting for the checkpoint; 0: only
 *     checkpoints close files
 * @param maxOpenFiles files that one subtask has open at once; see {@link EventTimeBucketAssigner}
 * @param lateAfter an event whose hour ended this long before its append time goes to the late
 *     folder of its day
 * @param requestIdKeys names of the field that holds a request id, most wanted first; empty: the
 *     column stays null
 * @param traceIdKeys names of the field that holds a trace id, most wanted first; empty: the column
 *     stays null
 * @param compaction whether and when small files become larger ones
 */
public record ArchiveSettings(
    String path,
    int zstdLevel,
    long writerMemoryBytes,
    long rowGroupBytes,
    long maxFileBytes,
    int maxOpenFiles,
    Duration lateAfter,
    List<String> requestIdKeys,
    List<String> traceIdKeys,
    Compaction compaction) {

  /** Smallest {@link #maxOpenFiles}. */
  public static final int MIN_OPEN_FILES = 8;

  private static final int MAX_ZSTD_LEVEL = 19;
  private static final long MIN_MEMORY = 1L << 20;

  public ArchiveSettings {
    requestIdKeys = List.copyOf(requestIdKeys);
    traceIdKeys = List.copyOf(traceIdKeys);
    Objects.requireNonNull(lateAfter, "lateAfter");
    Objects.requireNonNull(compaction, "compaction");
    List<String> errors = new ArrayList<>();
    checkPath(path, errors);
    check(
        zstdLevel >= 1 && zstdLevel <= MAX_ZSTD_LEVEL,
        "zstdLevel is " + zstdLevel + ", must be 1 to " + MAX_ZSTD_LEVEL,
        errors);
    check(
        writerMemoryBytes >= MIN_MEMORY,
        "writerMemoryBytes is " + writerMemoryBytes + ", must be at least " + MIN_MEMORY,
        errors);
    check(
        rowGroupBytes >= MIN_MEMORY && rowGroupBytes <= 1L << 30,
        "rowGroupBytes is " + rowGroupBytes + ", must be 1 MiB to 1 GiB",
        errors);
    check(maxFileBytes >= 0, "maxFileBytes is " + maxFileBytes + ", must not be negative", errors);
    check(
        maxOpenFiles >= MIN_OPEN_FILES,
        "maxOpenFiles is " + maxOpenFiles + ", must be at least " + MIN_OPEN_FILES,
        errors);
    check(!lateAfter.isNegative(), "lateAfter is " + lateAfter + ", must not be negative", errors);
    checkKeys("requestIdKeys", requestIdKeys, errors);
    checkKeys("traceIdKeys", traceIdKeys, errors);
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException("archive settings: " + String.join("; ", errors));
    }
  }

  private static void checkPath(String path, List<String> errors) {
    if (path == null || path.isBlank()) {
      errors.add("path is missing");
      return;
    }
    try {
      URI uri = new URI(path);
      check(
          uri.getScheme() != null && uri.getPath() != null && uri.getPath().startsWith("/")
              || "s3a".equals(uri.getScheme()),
          "path '" + path + "' is not an absolute URI such as s3a://bucket/logs or file:///logs",
          errors);
    } catch (URISyntaxException e) {
      errors.add("path '" + path + "' is not a URI: " + e.getMessage());
    }
  }

  private static void checkKeys(String name, List<String> keys, List<String> errors) {
    for (String key : keys) {
      check(!key.isEmpty(), name + " holds an empty name", errors);
    }
  }

  private static void check(boolean holds, String error, List<String> errors) {
    if (!holds) {
      errors.add(error);
    }
  }

  /** Starts from the defaults, which suit one subtask with about a hundred services. */
  public static Builder at(String path) {
    return new Builder(path);
  }

  /**
   * When committed files become larger ones. Until then they are invisible: their names begin with
   * a dot. {@code docs/archive.md} tells how long that takes.
   *
   * @param enabled whether files are compacted at all
   * @param everyCheckpoints compact after this many checkpoints
   * @param targetBytes compact earlier when the waiting files of a folder have this size together
   * @param threads compactions at the same time in one subtask
   */
  public record Compaction(boolean enabled, int everyCheckpoints, long targetBytes, int threads) {
    /** Files stay as the checkpoints cut them. */
    public static final Compaction OFF = new Compaction(false, 1, 1, 1);

    public Compaction {
      if (everyCheckpoints < 1 || targetBytes < 1 || threads < 1) {
        throw new IllegalArgumentException(
            "archive compaction: everyCheckpoints "
                + everyCheckpoints
                + ", targetBytes "
                + targetBytes
                + " and threads "
                + threads
                + " must be at least 1");
      }
    }

    /** Compacts after so many checkpoints, or as soon as 128 MiB wait, in one thread. */
    public static Compaction every(int checkpoints) {
      return new Compaction(true, checkpoints, 128L << 20, 1);
    }
  }

  /** Collects settings; every one has a default except the path. */
  public static final class Builder {
    private final String path;
    private int zstdLevel = 1;
    private long writerMemoryBytes = 64L << 20;
    private long rowGroupBytes = 32L << 20;
    private long maxFileBytes = 256L << 20;
    private int maxOpenFiles = 256;
    private Duration lateAfter = Duration.ofHours(24);
    private List<String> requestIdKeys = List.of("request_id", "requestId", "req_id");
    private List<String> traceIdKeys = List.of("trace_id", "traceId", "trace.id");
    private Compaction compaction = Compaction.OFF;

    private Builder(String path) {
      this.path = path;
    }

    public Builder zstdLevel(int level) {
      this.zstdLevel = level;
      return this;
    }

    public Builder writerMemoryBytes(long bytes) {
      this.writerMemoryBytes = bytes;
      return this;
    }

    public Builder rowGroupBytes(long bytes) {
      this.rowGroupBytes = bytes;
      return this;
    }

    public Builder maxFileBytes(long bytes) {
      this.maxFileBytes = bytes;
      return this;
    }

    public Builder maxOpenFiles(int files) {
      this.maxOpenFiles = files;
      return this;
    }

    public Builder lateAfter(Duration distance) {
      this.lateAfter = distance;
      return this;
    }

    public Builder requestIdKeys(List<String> keys) {
      this.requestIdKeys = keys;
      return this;
    }

    public Builder traceIdKeys(List<String> keys) {
      this.traceIdKeys = keys;
      return this;
    }

    public Builder compaction(Compaction setting) {
      this.compaction = setting;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException naming every setting that is wrong
     */
    public ArchiveSettings build() {
      return new ArchiveSettings(
          path,
          zstdLevel,
          writerMemoryBytes,
          rowGroupBytes,
          maxFileBytes,
          maxOpenFiles,
          lateAfter,
          requestIdKeys,
          traceIdKeys,
          compaction);
    }
  }
}
