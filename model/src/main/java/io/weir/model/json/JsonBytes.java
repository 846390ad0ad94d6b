package io.weir.model.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A buffer that JSON is written to as UTF-8, kept and reused from one document to the next. Unlike
 * Jackson's generator it writes a lone surrogate (as an escape) instead of throwing, and it copies
 * raw JSON without looking at it.
 */
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_BYTES_PER_CHAR = 6; // an escape
  private static final int MAX_LONG_DIGITS = 20;

  /** For each ASCII character 0 if it stands for itself, else the letter of its escape. */
  private static final byte[] ESCAPES = escapes();

  byte[] bytes;
  int length;

  JsonBytes(int capacity) {
    bytes = new byte[capacity];
  }

  void clear() {
    length = 0;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Makes room, so that the caller can write this many bytes at {@link #length}. */
  void reserve(int more) {
    if (bytes.length - length < more) {
      int capacity = Math.max(length + more, bytes.length + (bytes.length >> 1));
      if (capacity < 0) {
        throw new OutOfMemoryError("a JSON document of more than 2 GB");
      }
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  /** Writes bytes as they are. */
  void raw(byte[] source) {
    raw(source, 0, source.length);
  }

  /** Writes bytes as they are. */
  void raw(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  /** Writes one ASCII character as it is. */
  void raw(char c) {
    reserve(1);
    bytes[length++] = (byte) c;
  }

  /** Writes the UTF-8 of a text that is JSON already; a lone surrogate becomes an escape. */
  void rawUtf8(String json) {
    int count = json.length();
    reserve(count);
    byte[] target = bytes;
    int at = length;
    int i = 0;
    for (; i < count; i++) {
      char c = json.charAt(i);
      if (c >= 0x80) {
        break;
      }
      target[at++] = (byte) c;
    }
    length = at;
    if (i < count) {
      reserve((count - i) * MAX_BYTES_PER_CHAR);
      while (i < count) {
        i = writeChar(json, i);
      }
    }
  }

  /** Writes a string with its quotes and escapes. */
  void string(String text) {
    raw('"');
    content(text);
    raw('"');
  }

  /** Writes the inside of a string. */
  void content(String text) {
    int count = text.length();
    reserve(count);
    byte[] target = bytes;
    int at = length;
    int i = 0;
    for (; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || ESCAPES[c] != 0) {
        break;
      }
      target[at++] = (byte) c;
    }
    length = at;
    if (i < count) {
      reserve((count - i) * MAX_BYTES_PER_CHAR);
      while (i < count) {
        char c = text.charAt(i);
        if (c < 0x80 && ESCAPES[c] != 0) {
          escape(c);
          i++;
        } else {
          i = writeChar(text, i);
        }
      }
    }
  }

  void number(long value) {
    reserve(MAX_LONG_DIGITS);
    if (value == Long.MIN_VALUE) {
      raw(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
      return;
    }
    long rest = value;
    if (rest < 0) {
      bytes[length++] = '-';
      rest = -rest;
    }
    int digits = 1;
    for (long power = 10; digits < 19 && rest >= power; power *= 10) {
      digits++;
    }
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** Writes the UTF-8 of the code point at {@code i}; room is there. Returns what comes next. */
  private int writeChar(String text, int i) {
    char c = text.charAt(i);
    if (c < 0x80) {
      bytes[length++] = (byte) c;
    } else if (c < 0x800) {
      bytes[length++] = (byte) (0xC0 | c >> 6);
      bytes[length++] = (byte) (0x80 | (c & 0x3F));
    } else if (!Character.isSurrogate(c)) {
      bytes[length++] = (byte) (0xE0 | c >> 12);
      bytes[length++] = (byte) (0x80 | (c >> 6 & 0x3F));
      bytes[length++] = (byte) (0x80 | (c & 0x3F));
    } else if (Character.isHighSurrogate(c)
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1))) {
      int codePoint = Character.toCodePoint(c, text.charAt(i + 1));
      bytes[length++] = (byte) (0xF0 | codePoint >> 18);
      bytes[length++] = (byte) (0x80 | (codePoint >> 12 & 0x3F));
      bytes[length++] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
      bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
      return i + 2;
    } else {
      escape(c);
    }
    return i + 1;
  }

  private void escape(char c) {
    bytes[length++] = '\\';
    if (c < 0x80 && ESCAPES[c] != 'u') {
      bytes[length++] = ESCAPES[c];
      return;
    }
    bytes[length++] = 'u';
    bytes[length++] = HEX[c >> 12];
    bytes[length++] = HEX[c >> 8 & 15];
    bytes[length++] = HEX[c >> 4 & 15];
    bytes[length++] = HEX[c & 15];
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[0x80];
    Arrays.fill(escapes, 0, 0x20, (byte) 'u');
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
  }
}
