package io.weir.sinks.prometheus;

/**
 * The few pieces of Protocol Buffers' wire format that a remote-write request is made of.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class Protobuf {
  private Protobuf() {}

  /** Returns how many bytes a number takes as a varint; a negative one takes ten. */
  static int varintSize(long number) {
    return Math.max(1, (63 - Long.numberOfLeadingZeros(number)) / 7 + 1);
  }

  /** Writes a varint and returns where the next byte goes. */
  static int putVarint(long number, byte[] to, int at) {
    long rest = number;
    int position = at;
    while ((rest & ~0x7FL) != 0) {
      to[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[position++] = (byte) rest;
    return position;
  }

  /** Writes the bits of a double, least significant byte first. */
  static int putDouble(double value, byte[] to, int at) {
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < Long.BYTES; i++) {
      to[at + i] = (byte) (bits >>> (8 * i));
    }
    return at + Long.BYTES;
  }

  /** Copies bytes and returns where the next byte goes. */
  static int putBytes(byte[] bytes, byte[] to, int at) {
    System.arraycopy(bytes, 0, to, at, bytes.length);
    return at + bytes.length;
  }
}
