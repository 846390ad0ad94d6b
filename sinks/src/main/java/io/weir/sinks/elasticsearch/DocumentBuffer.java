package io.weir.sinks.elasticsearch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.flink.connector.base.sink.writer.Batch;
import org.apache.flink.connector.base.sink.writer.RequestBuffer;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;

/**
 * Documents that wait to be sent, bounded in bytes as well as in number: a thousand documents are a
 * megabyte or a gigabyte. AsyncSink bounds the number only, so once the bytes have reached their
 * bound {@link #size} answers with the number that counts as full, and {@code write} waits.
 */
final class DocumentBuffer implements RequestBuffer<BulkDocument> {
  private final Deque<RequestEntryWrapper<BulkDocument>> documents = new ArrayDeque<>();
  private final int maxDocuments;
  private final long maxBytes;
  private long bytes;

  DocumentBuffer(int maxDocuments, long maxBytes) {
    this.maxDocuments = maxDocuments;
    this.maxBytes = maxBytes;
  }

  @Override
  public void add(RequestEntryWrapper<BulkDocument> entry, boolean prioritize) {
    if (prioritize) {
      documents.addFirst(entry);
    } else {
      documents.addLast(entry);
    }
    bytes += entry.getSize();
  }

  @Override
  public RequestEntryWrapper<BulkDocument> poll() {
    RequestEntryWrapper<BulkDocument> entry = documents.poll();
    if (entry != null) {
      bytes -= entry.getSize();
    }
    return entry;
  }

  @Override
  public RequestEntryWrapper<BulkDocument> peek() {
    return documents.peek();
  }

  @Override
  public boolean isEmpty() {
    return documents.isEmpty();
  }

  @Override
  public int size() {
    return bytes >= maxBytes ? Math.max(maxDocuments, documents.size()) : documents.size();
  }

  @Override
  public Collection<RequestEntryWrapper<BulkDocument>> getBufferedState() {
    return List.copyOf(documents);
  }

  @Override
  public long totalSizeInBytes() {
    return bytes;
  }

  /** Returns the true number of documents; read by metrics. */
  int documents() {
    return documents.size();
  }

  /** Takes documents from the head: at most this many, at most these bytes, but at least one. */
  Batch<BulkDocument> take(int maxNumber, long maxSize) {
    List<BulkDocument> taken = new ArrayList<>(Math.min(maxNumber, documents.size()));
    long takenBytes = 0;
    while (!documents.isEmpty() && taken.size() < maxNumber) {
      long size = documents.peek().getSize();
      if (!taken.isEmpty() && takenBytes + size > maxSize) {
        break;
      }
      taken.add(poll().getRequestEntry());
      takenBytes += size;
    }
    return new Batch<>(taken, takenBytes);
  }
}
