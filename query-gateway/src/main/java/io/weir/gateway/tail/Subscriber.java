package io.weir.gateway.tail;

import java.util.List;
import java.util.Objects;

/**
 * One client of the stream. What it gets is taken with {@link #take}; whenever there may be
 * something new, the {@code wake} that it came with is called, on any thread.
 */
public final class Subscriber {
  private final TailFilter filter;
  private final int[] partitions;
  private final ClientQueue queue;
  private final Runnable wake;

  // Of the live reader's thread alone.
  private PartitionGroup group;
  private boolean touched;

  /**
   * @param partitions in ascending order
   * @param wake must not block
   */
  Subscriber(TailFilter filter, int[] partitions, ClientQueue queue, Runnable wake) {
    this.filter = Objects.requireNonNull(filter, "filter");
    this.partitions = partitions.clone();
    this.queue = Objects.requireNonNull(queue, "queue");
    this.wake = Objects.requireNonNull(wake, "wake");
  }

  /**
   * Some events of the stream, whole and in order.
   *
   * @param bytes of all of them; empty if there are none
   * @param logs how many of them are log events
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier on its way to the socket, never compared
  public record Chunk(byte[] bytes, int logs) {}

  /** Returns what comes next, of about as many bytes as wanted. */
  public Chunk take(int wantedBytes) {
    List<Frame> frames = queue.take(wantedBytes);
    int size = 0;
    int logs = 0;
    for (Frame frame : frames) {
      size += frame.size();
      logs += frame.mark().isPresent() ? 1 : 0;
    }
    byte[] bytes = new byte[size];
    int at = 0;
    for (Frame frame : frames) {
      System.arraycopy(frame.head(), 0, bytes, at, frame.head().length);
      at += frame.head().length;
      System.arraycopy(frame.body(), 0, bytes, at, frame.body().length);
      at += frame.body().length;
    }
    return new Chunk(bytes, logs);
  }

  /** Returns whether everything was taken and nothing will follow. */
  public boolean isFinished() {
    return queue.isFinished();
  }

  TailFilter filter() {
    return filter;
  }

  int[] partitions() {
    return partitions.clone();
  }

  ClientQueue queue() {
    return queue;
  }

  void wake() {
    wake.run();
  }

  PartitionGroup group() {
    return group;
  }

  void group(PartitionGroup value) {
    group = value;
  }

  /** Returns whether this is the first time since {@link #untouch}. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  void untouch() {
    touched = false;
  }
}
