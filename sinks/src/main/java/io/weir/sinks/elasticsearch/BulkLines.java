package io.weir.sinks.elasticsearch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes documents as the lines of a bulk request, piece by piece into whatever space there is.
 *
 * <pre>{@code
 * {"create":{"_index":"logs-2026-03-29-10","_id":"..."}}
 * {"timestamp":...}
 * }</pre>
 */
final class BulkLines implements RequestBody.Content {
  private static final byte[] BEFORE_INDEX = ascii("{\"create\":{\"_index\":\"");
  private static final byte[] BEFORE_ID = ascii("\",\"_id\":\"");
  private static final byte[] AFTER_ID = ascii("\"}}\n");

  /** Bytes that a document takes besides its index, its id and its source. */
  static final int OVERHEAD = BEFORE_INDEX.length + BEFORE_ID.length + AFTER_ID.length + 1;

  private final List<BulkDocument> documents;
  private int next;
  private byte[] source;
  private int sourceAt;

  BulkLines(List<BulkDocument> documents) {
    this.documents = documents;
  }

  @Override
  public boolean fill(ByteBuffer target) {
    while (true) {
      if (source != null && !fillSource(target)) {
        return true;
      }
      if (next == documents.size()) {
        return false;
      }
      BulkDocument document = documents.get(next);
      if (target.remaining() < OVERHEAD - 1 + document.index().length() + document.id().length()) {
        return true;
      }
      target.put(BEFORE_INDEX);
      putAscii(target, document.index());
      target.put(BEFORE_ID);
      putAscii(target, document.id());
      target.put(AFTER_ID);
      source = document.source();
      sourceAt = 0;
      next++;
    }
  }

  /** Returns whether the source and its line feed are written. */
  private boolean fillSource(ByteBuffer target) {
    int length = Math.min(target.remaining(), source.length - sourceAt);
    target.put(source, sourceAt, length);
    sourceAt += length;
    if (sourceAt < source.length || !target.hasRemaining()) {
      return false;
    }
    target.put((byte) '\n');
    source = null;
    return true;
  }

  private static void putAscii(ByteBuffer target, String text) {
    for (int i = 0; i < text.length(); i++) {
      target.put((byte) text.charAt(i));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
