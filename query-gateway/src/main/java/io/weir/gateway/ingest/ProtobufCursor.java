package io.weir.gateway.ingest;

import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protobuf message, unknown ones included. Every step is checked against
 * the message's end.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol buffers, encoding</a>
 */
final class ProtobufCursor {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int wireType;

  ProtobufCursor(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private ProtobufCursor(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** Says that the bytes are no message. */
  static final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
      super(message);
    }
  }

  /** Moves to the next field and returns its number, or 0 at the end of the message. */
  int nextField() throws MalformedMessageException {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    long field = tag >>> 3;
    if (field < 1 || field > 536_870_911) {
      throw new MalformedMessageException("field number " + field + " at byte " + at);
    }
    return (int) field;
  }

  /** Returns the nested message that the field holds. */
  ProtobufCursor message() throws MalformedMessageException {
    int length = length();
    ProtobufCursor nested = new ProtobufCursor(bytes, at, at + length);
    at += length;
    return nested;
  }

  String string() throws MalformedMessageException {
    int length = length();
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  double doubleValue() throws MalformedMessageException {
    expect(FIXED64);
    need(8);
    long bits = 0;
    for (int i = 7; i >= 0; i--) {
      bits = bits << 8 | (bytes[at + i] & 0xFF);
    }
    at += 8;
    return Double.longBitsToDouble(bits);
  }

  long int64() throws MalformedMessageException {
    expect(VARINT);
    return varint();
  }

  /** Passes over the field. */
  void skip() throws MalformedMessageException {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> pass(8);
      case LENGTH_DELIMITED -> pass(length());
      case FIXED32 -> pass(4);
      default -> throw new MalformedMessageException("wire type " + wireType + " at byte " + at);
    }
  }

  private int length() throws MalformedMessageException {
    expect(LENGTH_DELIMITED);
    long length = varint();
    if (length < 0 || length > end - at) {
      throw new MalformedMessageException("length " + length + " leaves the message at byte " + at);
    }
    return (int) length;
  }

  private void expect(int expected) throws MalformedMessageException {
    if (wireType != expected) {
      throw new MalformedMessageException(
          "wire type " + wireType + " instead of " + expected + " at byte " + at);
    }
  }

  private void pass(int count) throws MalformedMessageException {
    need(count);
    at += count;
  }

  private void need(int count) throws MalformedMessageException {
    if (count > end - at) {
      throw new MalformedMessageException("ends in the middle of a field");
    }
  }

  private long varint() throws MalformedMessageException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte b = bytes[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedMessageException("a varint of more than ten bytes at byte " + at);
  }
}
