package io.weir.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The terms {@code key=value} by which structured fields are searched. Keys of nested objects are
 * joined by dots; an array gives one term for each element; numbers and booleans are terms as they
 * were written; null, empty arrays and empty objects give none. At most {@link #MAX_TERMS} terms of
 * at most {@link #MAX_TERM_CHARS} characters: what exceeds that is stored but not found by a field
 * query, and the document is flagged.
 *
 * <p>Written for the hot path: the terms are cut from the fields' JSON as raw bytes, escapes
 * included, without decoding anything. Not thread-safe.
 */
public final class FieldTerms {
  /** Most terms of one event. */
  public static final int MAX_TERMS = 256;

  /** Most UTF-16 characters of one term; {@code ignore_above} of the mapping must not be less. */
  public static final int MAX_TERM_CHARS = 256;

  /** What stands between key and value. */
  public static final char SEPARATOR = '=';

  private byte[] path = new byte[128];

  private JsonBytes json;
  private int at;
  private int end;
  private int terms;
  private boolean truncated;

  /** Returns the term that a structured field with this dotted key and this value has. */
  public static String term(String key, String value) {
    return key + SEPARATOR + value;
  }

  /**
   * Returns the terms of a fields object, exactly those that {@link LogDocument} writes for it.
   *
   * @param fields the text of one JSON object
   * @throws IllegalArgumentException if it is not
   */
  public static List<String> of(String fields) {
    JsonBytes buffer = new JsonBytes(fields.length() * 2 + 64);
    buffer.rawUtf8(fields);
    int from = buffer.length;
    new FieldTerms().append(buffer, 0, from);
    List<String> terms = new ArrayList<>();
    try (JsonParser parser = Json.FACTORY.createParser(buffer.bytes, from, buffer.length - from)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.VALUE_STRING) {
        terms.add(parser.getText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // unreachable: the bytes are JSON and in memory
    }
    return terms;
  }

  /**
   * Returns whether a fields object has more, or longer, terms than are searched.
   *
   * @param fields the text of one JSON object
   * @throws IllegalArgumentException if it is not
   */
  public static boolean exceedLimits(String fields) {
    if (fields.length() <= MAX_TERM_CHARS) {
      return false; // too short for either limit
    }
    JsonBytes buffer = new JsonBytes(fields.length() * 2 + 64);
    buffer.rawUtf8(fields);
    return new FieldTerms().append(buffer, 0, buffer.length);
  }

  /**
   * Appends the array of terms of the JSON object that stands in the same buffer.
   *
   * @return whether some terms were left out
   * @throws IllegalArgumentException if there is no JSON object
   */
  boolean append(JsonBytes buffer, int from, int to) {
    json = buffer;
    at = from;
    end = to;
    terms = 0;
    truncated = false;
    buffer.raw('[');
    skipBlanks();
    if (peek() != '{') {
      throw malformed();
    }
    object(0);
    skipBlanks();
    if (at < end) {
      throw malformed();
    }
    buffer.raw(']');
    json = null;
    return truncated;
  }

  private void object(int pathLength) {
    at++;
    skipBlanks();
    if (peek() == '}') {
      at++;
      return;
    }
    while (true) {
      if (peek() != '"') {
        throw malformed();
      }
      int keyStart = at + 1;
      skipString();
      int keyPathLength = extendPath(pathLength, keyStart, at - 1);
      skipBlanks();
      if (peek() != ':') {
        throw malformed();
      }
      at++;
      skipBlanks();
      value(keyPathLength);
      skipBlanks();
      byte next = peek();
      at++;
      if (next == '}') {
        return;
      }
      if (next != ',') {
        throw malformed();
      }
      skipBlanks();
    }
  }

  private void array(int pathLength) {
    at++;
    skipBlanks();
    if (peek() == ']') {
      at++;
      return;
    }
    while (true) {
      value(pathLength);
      skipBlanks();
      byte next = peek();
      at++;
      if (next == ']') {
        return;
      }
      if (next != ',') {
        throw malformed();
      }
      skipBlanks();
    }
  }

  private void value(int pathLength) {
    int start = at;
    switch (peek()) {
      case '{' -> object(pathLength);
      case '[' -> array(pathLength);
      case '"' -> {
        skipString();
        term(pathLength, start + 1, at - 1);
      }
      case 'n' -> skipLiteral();
      default -> {
        skipLiteral();
        if (at == start) {
          throw malformed();
        }
        term(pathLength, start, at);
      }
    }
  }

  private void term(int pathLength, int valueStart, int valueEnd) {
    if (terms == MAX_TERMS) {
      truncated = true;
      return;
    }
    int valueLength = valueEnd - valueStart;
    int length = pathLength + 1 + valueLength;
    // A byte is at most one character, so the exact count is needed only past the limit.
    if (length > MAX_TERM_CHARS
        && chars(path, 0, pathLength) + 1 + chars(json.bytes, valueStart, valueEnd)
            > MAX_TERM_CHARS) {
      truncated = true;
      return;
    }
    json.reserve(length + 3);
    byte[] target = json.bytes;
    int to = json.length;
    if (terms > 0) {
      target[to++] = ',';
    }
    target[to++] = '"';
    System.arraycopy(path, 0, target, to, pathLength);
    to += pathLength;
    target[to++] = SEPARATOR;
    System.arraycopy(target, valueStart, target, to, valueLength);
    to += valueLength;
    target[to++] = '"';
    json.length = to;
    terms++;
  }

  private int extendPath(int pathLength, int keyStart, int keyEnd) {
    int length = pathLength + 1 + keyEnd - keyStart;
    if (path.length < length) {
      path = Arrays.copyOf(path, length * 2);
    }
    int to = pathLength;
    if (pathLength > 0) {
      path[to++] = '.';
    }
    System.arraycopy(json.bytes, keyStart, path, to, keyEnd - keyStart);
    return to + keyEnd - keyStart;
  }

  /** Returns how many UTF-16 characters the inside of a JSON string has. */
  private static int chars(byte[] bytes, int from, int to) {
    int chars = 0;
    for (int i = from; i < to; i++) {
      int b = bytes[i];
      if (b == '\\') {
        i += bytes[i + 1] == 'u' ? 5 : 1;
        chars++;
      } else if ((b & 0xC0) != 0x80) {
        chars += (b & 0xF8) == 0xF0 ? 2 : 1;
      }
    }
    return chars;
  }

  /** From the opening quote to behind the closing one. */
  private void skipString() {
    byte[] bytes = json.bytes;
    int i = at + 1;
    while (i < end) {
      byte b = bytes[i++];
      if (b == '"') {
        at = i;
        return;
      }
      if (b == '\\') {
        i++;
      }
    }
    throw malformed();
  }

  private void skipLiteral() {
    byte[] bytes = json.bytes;
    while (at < end) {
      byte b = bytes[at];
      boolean literal =
          (b >= '0' && b <= '9')
              || (b >= 'a' && b <= 'z')
              || b == '-'
              || b == '+'
              || b == '.'
              || b == 'E';
      if (!literal) {
        return;
      }
      at++;
    }
  }

  private void skipBlanks() {
    byte[] bytes = json.bytes;
    while (at < end && bytes[at] <= ' ' && bytes[at] >= 0) {
      at++;
    }
  }

  private byte peek() {
    if (at >= end) {
      throw malformed();
    }
    return json.bytes[at];
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("fields are not the text of one JSON object");
  }
}
