package io.weir.gateway.segments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.parquet.format.Util;

/**
 * Row counts of Parquet files, read from their footers with bounded concurrency and remembered for
 * a bounded number of files: a finished file never changes. Thread-safe.
 */
final class RowCounts implements AutoCloseable {
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
  private static final int TRAILER = Integer.BYTES + MAGIC.length;
  private static final int MAX_FOOTER = 16 << 20;

  /** Most footers are smaller, so that one read is enough. */
  private static final int FIRST_READ = 64 << 10;

  private final ArchiveFiles archive;
  private final java.util.concurrent.ExecutorService readers;
  private final Map<ArchiveFiles.ArchiveFile, Long> known;

  /**
   * @param readers threads that read; owned from now on
   * @param remembered files whose count is kept
   */
  RowCounts(ArchiveFiles archive, java.util.concurrent.ExecutorService readers, int remembered) {
    this.archive = Objects.requireNonNull(archive, "archive");
    this.readers = Objects.requireNonNull(readers, "readers");
    this.known =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<ArchiveFiles.ArchiveFile, Long> eldest) {
            return size() > remembered;
          }
        };
  }

  /** Returns the counts of some files, in their order; empty where a footer cannot be read. */
  List<Optional<Long>> of(List<ArchiveFiles.ArchiveFile> files) {
    List<CompletableFuture<Optional<Long>>> counts =
        files.stream()
            .map(
                file -> {
                  Optional<Long> remembered = remembered(file);
                  return remembered.isPresent()
                      ? CompletableFuture.completedFuture(remembered)
                      : CompletableFuture.supplyAsync(() -> read(file), readers)
                          .exceptionally(RowCounts::unreadable);
                })
            .toList();
    return counts.stream().map(CompletableFuture::join).toList();
  }

  private Optional<Long> remembered(ArchiveFiles.ArchiveFile file) {
    synchronized (known) {
      return Optional.ofNullable(known.get(file));
    }
  }

  private Optional<Long> read(ArchiveFiles.ArchiveFile file) {
    try {
      long rows = rows(file);
      synchronized (known) {
        known.put(file, rows);
      }
      return Optional.of(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file may vanish (compaction, expiry) or be no Parquet file: its count is then unknown. */
  private static Optional<Long> unreadable(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof UncheckedIOException) {
      return Optional.empty();
    }
    throw cause instanceof RuntimeException e ? e : new CompletionException(cause);
  }

  private long rows(ArchiveFiles.ArchiveFile file) throws IOException {
    byte[] tail = archive.tail(file, (int) Math.min(FIRST_READ, file.bytes()));
    int length = tail.length;
    if (length < TRAILER
        || !Arrays.equals(tail, length - MAGIC.length, length, MAGIC, 0, MAGIC.length)) {
      throw new IOException(file.path() + " does not end as a Parquet file does");
    }
    int footer =
        ByteBuffer.wrap(tail, length - TRAILER, Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt();
    if (footer < 0 || footer > MAX_FOOTER || footer + TRAILER > file.bytes()) {
      throw new IOException(file.path() + " has a footer of " + footer + " bytes");
    }
    if (footer + TRAILER > length) {
      tail = archive.tail(file, footer + TRAILER);
    }
    int from = tail.length - TRAILER - footer;
    return Util.readFileMetaData(new ByteArrayInputStream(tail, from, footer), true).getNum_rows();
  }

  @Override
  public void close() {
    readers.shutdownNow();
  }
}
