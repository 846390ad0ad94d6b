package io.weir.operators.metrics;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Whole numbers in as few bytes as they need; negative ones are folded in between. */
final class VarNumbers {
  private VarNumbers() {}

  static void write(long number, DataOutput out) throws IOException {
    long rest = number << 1 ^ number >> 63;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long read(DataInput in) throws IOException {
    long folded = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.readByte();
      folded |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return folded >>> 1 ^ -(folded & 1);
      }
    }
    throw new IOException("a number with more than 64 bits");
  }
}
