package io.weir.sinks.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the open writers of one thread share: a memory budget and the compressor.
 *
 * <p>The budget makes the memory bound real whatever the number of files: when the writers hold
 * more than it together, the one that holds most writes its row group, until the sum fits. Not
 * thread-safe; all writers of a pool are used by one thread, which is why they may flush each
 * other.
 */
final class WriterPool {
  private final long memoryBudget;
  private final ZstdPages compressor;
  private final List<LogParquetWriter> writers = new ArrayList<>();
  private long held;

  WriterPool(long memoryBudget, int zstdLevel) {
    this.memoryBudget = memoryBudget;
    this.compressor = new ZstdPages(zstdLevel);
  }

  ZstdPages compressor() {
    return compressor;
  }

  /** Returns the bytes that all writers hold in memory, as they last said. */
  long held() {
    return held;
  }

  void opened(LogParquetWriter writer) {
    writers.add(writer);
  }

  void closed(LogParquetWriter writer) {
    writers.remove(writer);
    if (writers.isEmpty()) {
      compressor.release();
    }
  }

  /** Notes that what a writer holds has changed, and makes room if that is too much. */
  void changed(long difference) throws IOException {
    held += difference;
    while (held > memoryBudget) {
      LogParquetWriter largest = writers.get(0);
      for (LogParquetWriter writer : writers) {
        if (writer.held() > largest.held()) {
          largest = writer;
        }
      }
      if (largest.held() == 0) {
        return;
      }
      largest.writeRowGroup();
    }
  }
}
