package io.weir.sinks.support;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.flink.connector.base.sink.writer.Batch;
import org.apache.flink.connector.base.sink.writer.RequestBuffer;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;

/**
 * Entries that wait to be sent, bounded in bytes as well as in number: a thousand entries are a
 * megabyte or a gigabyte. AsyncSink bounds the number only, so once the bytes have reached their
 * bound {@link #size} answers with the number that counts as full, and {@code write} waits.
 *
 * @param <T> type of the entries
 */
public final class EntryBuffer<T extends Serializable> implements RequestBuffer<T> {
  private final Deque<RequestEntryWrapper<T>> entries = new ArrayDeque<>();
  private final int maxEntries;
  private final long maxBytes;
  private long bytes;

  /**
   * Makes an empty buffer.
   *
   * @param maxEntries number of entries that counts as full
   * @param maxBytes bytes that count as full
   */
  public EntryBuffer(int maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  @Override
  public void add(RequestEntryWrapper<T> entry, boolean prioritize) {
    if (prioritize) {
      entries.addFirst(entry);
    } else {
      entries.addLast(entry);
    }
    bytes += entry.getSize();
  }

  @Override
  public RequestEntryWrapper<T> poll() {
    RequestEntryWrapper<T> entry = entries.poll();
    if (entry != null) {
      bytes -= entry.getSize();
    }
    return entry;
  }

  @Override
  public RequestEntryWrapper<T> peek() {
    return entries.peek();
  }

  @Override
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  @Override
  public int size() {
    return bytes >= maxBytes ? Math.max(maxEntries, entries.size()) : entries.size();
  }

  @Override
  public Collection<RequestEntryWrapper<T>> getBufferedState() {
    return List.copyOf(entries);
  }

  @Override
  public long totalSizeInBytes() {
    return bytes;
  }

  /** Returns the true number of entries; read by metrics. */
  public int entries() {
    return entries.size();
  }

  /** Takes entries from the head: at most this many, at most these bytes, but at least one. */
  public Batch<T> take(int maxNumber, long maxSize) {
    List<T> taken = new ArrayList<>(Math.min(maxNumber, entries.size()));
    long takenBytes = 0;
    while (!entries.isEmpty() && taken.size() < maxNumber) {
      long size = entries.peek().getSize();
      if (!taken.isEmpty() && takenBytes + size > maxSize) {
        break;
      }
      taken.add(poll().getRequestEntry());
      takenBytes += size;
    }
    return new Batch<>(taken, takenBytes);
  }
}
