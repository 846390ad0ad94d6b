package io.weir.model.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells plain ASCII, valid UTF-8 and the rest apart, faster than decoding. */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Returns the index of the first byte that is not ASCII, or {@code to}. */
  static int firstNonAscii(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - 4 * Long.BYTES; i += 4 * Long.BYTES) {
      long high =
          (long) LONGS.get(bytes, i)
              | (long) LONGS.get(bytes, i + Long.BYTES)
              | (long) LONGS.get(bytes, i + 2 * Long.BYTES)
              | (long) LONGS.get(bytes, i + 3 * Long.BYTES);
      if ((high & HIGH_BITS) != 0) {
        break; // found more closely below
      }
    }
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long high = (long) LONGS.get(bytes, i) & HIGH_BITS;
      if (high != 0) {
        return i + (Long.numberOfTrailingZeros(high) >> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] < 0) {
        return i;
      }
    }
    return to;
  }

  /** Returns whether the bytes are well-formed UTF-8 (Unicode table 3-7). */
  static boolean isValid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int b = bytes[i];
      if (b >= 0) {
        i++;
        continue;
      }
      int lead = b & 0xFF;
      int more;
      int min = 0x80;
      int max = 0xBF;
      if (lead >= 0xC2 && lead <= 0xDF) {
        more = 1;
      } else if (lead >= 0xE0 && lead <= 0xEF) {
        more = 2;
        if (lead == 0xE0) {
          min = 0xA0; // otherwise overlong
        } else if (lead == 0xED) {
          max = 0x9F; // otherwise a surrogate
        }
      } else if (lead >= 0xF0 && lead <= 0xF4) {
        more = 3;
        if (lead == 0xF0) {
          min = 0x90; // otherwise overlong
        } else if (lead == 0xF4) {
          max = 0x8F; // otherwise beyond the last code point
        }
      } else {
        return false;
      }
      if (i + more >= to) {
        return false;
      }
      int second = bytes[i + 1] & 0xFF;
      if (second < min || second > max) {
        return false;
      }
      for (int k = 2; k <= more; k++) {
        if ((bytes[i + k] & 0xC0) != 0x80) {
          return false;
        }
      }
      i += more + 1;
    }
    return true;
  }
}
