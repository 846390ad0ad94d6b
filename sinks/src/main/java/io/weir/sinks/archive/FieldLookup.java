package io.weir.sinks.archive;

import java.util.Arrays;
import java.util.List;

/**
 * Finds the values of a few top-level keys in the text of a JSON object without parsing the object:
 * the text is walked once, strings are skipped with {@link String#indexOf}, nothing is allocated
 * but the answers.
 *
 * <p>There are several questions; each has a list of keys. Of the keys of one question that are
 * present the first in the list wins; of a repeated key, its last value. A value is a string
 * (unescaped), or the text of a number or boolean; null, objects, arrays, empty strings and values
 * of more than {@value #MAX_VALUE_CHARS} characters do not count. Text that is not a JSON object
 * has no values. Not thread-safe.
 */
final class FieldLookup {
  /** A longer value is no id. */
  static final int MAX_VALUE_CHARS = 256;

  private static final int END = -1;

  private final String[][] keys;

  /** Bit n: some key has n characters (the last bit: 63 or more). Most keys are refused by it. */
  private final long lengths;

  private final int[] rank;
  private final int[] start;
  private final int[] end;
  private String text = "";

  /**
   * @param questions for each question its keys, most wanted first
   */
  FieldLookup(List<List<String>> questions) {
    this.keys =
        questions.stream().map(list -> list.toArray(String[]::new)).toArray(String[][]::new);
    long bits = 0;
    for (String[] list : keys) {
      for (String key : list) {
        bits |= bit(key.length());
      }
    }
    this.lengths = bits;
    this.rank = new int[keys.length];
    this.start = new int[keys.length];
    this.end = new int[keys.length];
  }

  private static long bit(int length) {
    return 1L << Math.min(length, Long.SIZE - 1);
  }

  /** Walks an object; {@link #value} then answers for it. */
  void read(String json) {
    text = json;
    Arrays.fill(rank, Integer.MAX_VALUE);
    if (lengths != 0 && json.length() > 2 && !walk(json)) {
      Arrays.fill(rank, Integer.MAX_VALUE);
    }
  }

  /** Returns the value that answers a question, or null. */
  String value(int question) {
    return rank[question] == Integer.MAX_VALUE ? null : decode(start[question], end[question]);
  }

  /** Returns whether the text has the shape of an object as far as it was walked. */
  private boolean walk(String json) {
    int at = skipSpace(json, 0);
    if (at >= json.length() || json.charAt(at) != '{') {
      return false;
    }
    do {
      int keyStart = skipSpace(json, at + 1);
      if (keyStart >= json.length() || json.charAt(keyStart) != '"') {
        return keyStart < json.length() && json.charAt(keyStart) == '}';
      }
      int keyEnd = endOfString(json, keyStart);
      if (keyEnd == END) {
        return false;
      }
      int colon = skipSpace(json, keyEnd + 1);
      if (colon >= json.length() || json.charAt(colon) != ':') {
        return false;
      }
      int valueStart = skipSpace(json, colon + 1);
      int valueEnd = endOfValue(json, valueStart);
      if (valueEnd == END) {
        return false;
      }
      if ((lengths & bit(keyEnd - keyStart - 1)) != 0) {
        note(json, keyStart + 1, keyEnd, valueStart, valueEnd);
      }
      at = skipSpace(json, valueEnd);
    } while (at < json.length() && json.charAt(at) == ',');
    return at < json.length() && json.charAt(at) == '}';
  }

  private void note(String json, int keyStart, int keyEnd, int valueStart, int valueEnd) {
    for (int question = 0; question < keys.length; question++) {
      String[] list = keys[question];
      for (int i = 0; i < list.length && i <= rank[question]; i++) {
        if (list[i].length() == keyEnd - keyStart
            && json.startsWith(list[i], keyStart)
            && isScalar(json, valueStart, valueEnd)) {
          rank[question] = i;
          start[question] = valueStart;
          end[question] = valueEnd;
        }
      }
    }
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
    return switch (json.charAt(start)) {
      case '"' -> {
        int quote = endOfString(json, start);
        yield quote == END ? END : quote + 1;
      }
      case '{', '[' -> endOfNested(json, start);
      default -> endOfWord(json, start);
    };
  }

  private static int endOfWord(String json, int start) {
    for (int i = start; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == ',' || c == '}') {
        return i;
      }
    }
    return END;
  }

  private static int endOfNested(String json, int start) {
    int depth = 0;
    for (int i = start; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '"') {
        i = endOfString(json, i);
        if (i == END) {
          return END;
        }
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    return END;
  }

  private static boolean isScalar(String json, int start, int end) {
    int length = end - start;
    return switch (json.charAt(start)) {
      case '"' -> length > 2 && length - 2 <= MAX_VALUE_CHARS;
      case '{', '[', 'n' -> false;
      default -> length > 0 && length <= MAX_VALUE_CHARS;
    };
  }

  private String decode(int from, int to) {
    if (text.charAt(from) != '"') {
      return text.substring(from, to).stripTrailing();
    }
    String raw = text.substring(from + 1, to - 1);
    return raw.indexOf('\\') < 0 ? raw : unescape(raw);
  }

  private static String unescape(String raw) {
    StringBuilder plain = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      i++;
      char escape = raw.charAt(i);
      switch (escape) {
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 'r' -> plain.append('\r');
        case 'b' -> plain.append('\b');
        case 'f' -> plain.append('\f');
        case 'u' -> {
          int code = codeUnit(raw, i + 1);
          if (code < 0) {
            return null;
          }
          plain.append((char) code);
          i += 4;
        }
        default -> plain.append(escape);
      }
    }
    return plain.toString();
  }

  /** Returns the code unit that four hexadecimal digits stand for, or -1. */
  private static int codeUnit(String raw, int at) {
    if (at + 4 > raw.length()) {
      return -1;
    }
    int code = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(raw.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code << 4 | digit;
    }
    return code;
  }
}
