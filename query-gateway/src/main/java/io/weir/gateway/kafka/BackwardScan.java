package io.weir.gateway.kafka;

import org.apache.kafka.common.TopicPartition;

/**
 * How far one partition has been read backwards, and what to read next: a window in front of what
 * was read, small at first and larger while records are small. Confined to one thread.
 */
final class BackwardScan {
  private static final long FIRST_WINDOW = 4;
  private static final long MAX_WINDOW = 1_024;
  private static final long GROWTH = 4;

  /** What a window should bring: about what one fetch does. */
  private static final long WINDOW_BYTES = 1L << 20;

  private final TopicPartition partition;
  private final long begin;
  private long position;
  private long size = FIRST_WINDOW;
  private long oldestMillis = Long.MAX_VALUE;

  /**
   * @param begin the first offset to read
   * @param end behind the last offset to read
   */
  BackwardScan(TopicPartition partition, long begin, long end) {
    this.partition = partition;
    this.begin = begin;
    this.position = end;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Returns the offset down to which everything was read. */
  long position() {
    return position;
  }

  /** Returns the oldest time of what was read; later than any before anything was. */
  long oldestMillis() {
    return oldestMillis;
  }

  /** Returns whether a record was read. */
  boolean hasBegun() {
    return oldestMillis != Long.MAX_VALUE;
  }

  boolean isDone() {
    return position <= begin;
  }

  /** Returns what to read next. */
  Window window() {
    return new Window(Math.max(begin, position - size), position);
  }

  /** Notes that all of a window was read. */
  void wasRead(Window window) {
    position = window.start;
    oldestMillis = Math.min(oldestMillis, window.oldestMillis);
    long fit =
        window.records == 0 ? MAX_WINDOW : WINDOW_BYTES * window.records / (window.bytes + 1);
    size = Math.max(1, Math.min(Math.min(MAX_WINDOW, GROWTH * size), fit));
  }

  /** Offsets that are read at once, and what was found there. */
  static final class Window {
    private final long start;
    private final long end;
    private long records;
    private long bytes;
    private long oldestMillis = Long.MAX_VALUE;

    private Window(long start, long end) {
      this.start = start;
      this.end = end;
    }

    long start() {
      return start;
    }

    /** Returns the offset behind the last. */
    long end() {
      return end;
    }

    /** Notes a record. */
    void saw(long timestampMillis, int size) {
      records++;
      bytes += size;
      oldestMillis = Math.min(oldestMillis, timestampMillis);
    }
  }
}
