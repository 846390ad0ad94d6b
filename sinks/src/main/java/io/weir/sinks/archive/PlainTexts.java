package io.weir.sinks.archive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;

/** Texts in Parquet's PLAIN encoding: length (4 bytes, little endian) and bytes of each. */
final class PlainTexts {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[0];
  private int size;

  void add(byte[] text) {
    int end = Math.addExact(size, Integer.BYTES + text.length);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, Math.max(PageColumn.INITIAL_BYTES, 2 * size)));
    }
    INT.set(bytes, size, text.length);
    System.arraycopy(text, 0, bytes, size + Integer.BYTES, text.length);
    size = end;
  }

  int size() {
    return size;
  }

  /** Returns the texts; valid until the next change. */
  BytesInput encoded() {
    return BytesInput.from(bytes, 0, size);
  }

  /** Forgets the texts; a buffer far larger than a page is given back. */
  void clear() {
    size = 0;
    if (bytes.length > 2 * PageColumn.PAGE_BYTES) {
      bytes = new byte[0];
    }
  }
}
