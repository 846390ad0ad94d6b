package io.weir.sinks.archive;

import java.util.List;

/**
 * Finds the value of one top-level key in the text of a JSON object without parsing the object: the
 * text is walked once, strings are skipped with {@link String#indexOf}, nothing is allocated but
 * the answer.
 *
 * <p>Keys are tried by rank: of several that are present, the one named first wins; of a repeated
 * key, its last value. The value is a string (unescaped), or the text of a number or boolean; null,
 * objects, arrays, empty strings and values of more than {@value #MAX_VALUE_CHARS} characters do
 * not count. Text that is not a JSON object has no values. Not thread-safe.
 */
final class FieldLookup {
  /** A longer value is no id. */
  static final int MAX_VALUE_CHARS = 256;

  private static final int END = -1;

  private final String[] keys;

  FieldLookup(List<String> keys) {
    this.keys = keys.toArray(String[]::new);
  }

  /** Returns the value, or null. */
  String find(String json) {
    if (keys.length == 0 || json.length() <= 2) {
      return null;
    }
    int at = skipSpace(json, 0);
    if (at >= json.length() || json.charAt(at) != '{') {
      return null;
    }
    at++;
    int bestRank = keys.length;
    int bestStart = 0;
    int bestEnd = 0;
    while (true) {
      int keyStart = skipSpace(json, at);
      if (keyStart >= json.length() || json.charAt(keyStart) != '"') {
        break;
      }
      int keyEnd = endOfString(json, keyStart);
      if (keyEnd == END) {
        return null;
      }
      int colon = skipSpace(json, keyEnd + 1);
      if (colon >= json.length() || json.charAt(colon) != ':') {
        return null;
      }
      int valueStart = skipSpace(json, colon + 1);
      int valueEnd = endOfValue(json, valueStart);
      if (valueEnd == END) {
        return null;
      }
      int rank = rank(json, keyStart + 1, keyEnd);
      if (rank <= bestRank && rank < keys.length && isScalar(json, valueStart, valueEnd)) {
        bestRank = rank;
        bestStart = valueStart;
        bestEnd = valueEnd;
      }
      at = skipSpace(json, valueEnd);
      if (at >= json.length() || json.charAt(at) != ',') {
        break;
      }
      at++;
    }
    return bestRank == keys.length ? null : text(json, bestStart, bestEnd);
  }

  private static int skipSpace(String json, int from) {
    int i = from;
    while (i < json.length() && json.charAt(i) <= ' ') {
      i++;
    }
    return i;
  }

  /** Returns the index of the quote that ends the string whose first quote stands at start. */
  private static int endOfString(String json, int start) {
    int quote = json.indexOf('"', start + 1);
    while (quote > 0 && json.charAt(quote - 1) == '\\') {
      int backslash = quote - 1;
      while (json.charAt(backslash - 1) == '\\') {
        backslash--;
      }
      if ((quote - backslash) % 2 == 0) {
        return quote;
      }
      quote = json.indexOf('"', quote + 1);
    }
    return quote;
  }

  private static int endOfValue(String json, int start) {
    if (start >= json.length()) {
      return END;
    }
    char first = json.charAt(start);
    if (first == '"') {
      int quote = endOfString(json, start);
      return quote == END ? END : quote + 1;
    }
    int depth = 0;
    for (int i = start; i < json.length(); i++) {
      switch (json.charAt(i)) {
        case '"' -> {
          i = endOfString(json, i);
          if (i == END) {
            return END;
          }
        }
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (depth == 0) {
            return i;
          }
          depth--;
          if (depth == 0) {
            return i + 1;
          }
        }
        case ',' -> {
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return END;
  }

  private int rank(String json, int start, int end) {
    for (int i = 0; i < keys.length; i++) {
      String key = keys[i];
      if (key.length() == end - start && json.startsWith(key, start)) {
        return i;
      }
    }
    return keys.length;
  }

  private static boolean isScalar(String json, int start, int end) {
    int length = end - start;
    char first = json.charAt(start);
    if (first == '"') {
      return length > 2 && length - 2 <= MAX_VALUE_CHARS;
    }
    return first != '{' && first != '[' && first != 'n' && length > 0 && length <= MAX_VALUE_CHARS;
  }

  private static String text(String json, int start, int end) {
    if (json.charAt(start) != '"') {
      return json.substring(start, end).stripTrailing();
    }
    String raw = json.substring(start + 1, end - 1);
    return raw.indexOf('\\') < 0 ? raw : unescape(raw);
  }

  private static String unescape(String raw) {
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\' || i + 1 >= raw.length()) {
        text.append(c);
        continue;
      }
      i++;
      char escape = raw.charAt(i);
      switch (escape) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r' -> text.append('\r');
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'u' -> {
          if (i + 4 >= raw.length()) {
            return null;
          }
          int code = 0;
          for (int digit = 1; digit <= 4; digit++) {
            int value = Character.digit(raw.charAt(i + digit), 16);
            if (value < 0) {
              return null;
            }
            code = code << 4 | value;
          }
          text.append((char) code);
          i += 4;
        }
        default -> text.append(escape);
      }
    }
    return text.toString();
  }
}
