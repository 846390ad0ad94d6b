package io.weir.model.log;

import java.util.Locale;
import java.util.Set;

/**
 * Guesses the level of an event that names none from its message. Conservative: a word counts only
 * where a logger would have put it, so that prose about errors stays {@link LogLevel#INFO}. {@code
 * docs/log-normalisation.md} lists the rules. Looks at a bounded beginning of the message.
 */
final class LevelInference {
  private static final int HEAD = 1024;
  private static final int TRACE_HEAD = 8192;
  private static final int MAX_HEADER_TOKENS = 8;
  private static final int MAX_WORD = 16;

  /** Keys before which {@code =} or {@code ":} a level may follow anywhere in the head. */
  private static final String[] KEYS = {"level", "lvl", "severity", "loglevel"};

  /** Words that may stand before the level in a line's header, being part of its time. */
  private static final Set<String> HEADER_WORDS =
      Set.of(
          "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon",
          "tue", "wed", "thu", "fri", "sat", "sun", "am", "pm", "utc", "gmt", "z", "-", "|");

  private LevelInference() {}

  /** Returns the level that the message tells, or INFO. */
  static LogLevel infer(String message) {
    LogLevel level = klog(message);
    if (level == null) {
      level = header(message);
    }
    if (level == null) {
      level = keyed(message);
    }
    if (level == null && tellsOfException(message)) {
      level = LogLevel.ERROR;
    }
    return level == null ? LogLevel.INFO : level;
  }

  /** {@code E0101 10:00:00.000000 ...}: klog and glog. */
  private static LogLevel klog(String message) {
    if (message.length() < 8 || message.charAt(5) != ' ' || !isDigit(message.charAt(6))) {
      return null;
    }
    for (int i = 1; i < 5; i++) {
      if (!isDigit(message.charAt(i))) {
        return null;
      }
    }
    return switch (message.charAt(0)) {
      case 'I' -> LogLevel.INFO;
      case 'W' -> LogLevel.WARN;
      case 'E' -> LogLevel.ERROR;
      case 'F' -> LogLevel.FATAL;
      default -> null;
    };
  }

  /**
   * A level in the line's header: a capital or bracketed word after nothing but times, numbers and
   * bracketed parts, or a first word with a colon.
   */
  private static LogLevel header(String message) {
    int end = Math.min(message.length(), HEAD);
    int at = 0;
    for (int token = 0; token < MAX_HEADER_TOKENS; token++) {
      while (at < end && message.charAt(at) == ' ') {
        at++;
      }
      if (at >= end) {
        return null;
      }
      char first = message.charAt(at);
      if (first == '[' || first == '<' || first == '(') {
        int close = closing(message, at, end);
        if (close < 0) {
          return null;
        }
        LogLevel level = word(message, at + 1, close);
        if (level != null) {
          return level;
        }
        at = close + 1;
        if (at < end && message.charAt(at) == ':') {
          at++;
        }
        continue;
      }
      int tokenEnd = at;
      while (tokenEnd < end && !endsToken(message.charAt(tokenEnd))) {
        tokenEnd++;
      }
      int wordEnd = tokenEnd;
      boolean colon = wordEnd > at && message.charAt(wordEnd - 1) == ':';
      if (colon) {
        wordEnd--;
      }
      LogLevel level = word(message, at, wordEnd);
      if (level != null && ((colon && token == 0) || isUpperCase(message, at, wordEnd))) {
        return level;
      }
      if (!isHeaderToken(message, at, tokenEnd)) {
        return null;
      }
      at = tokenEnd;
    }
    return null;
  }

  private static boolean endsToken(char c) {
    return c <= ' ' || c == '[';
  }

  private static int closing(String message, int open, int end) {
    char wanted =
        switch (message.charAt(open)) {
          case '[' -> ']';
          case '<' -> '>';
          default -> ')';
        };
    for (int i = open + 1; i < end; i++) {
      char c = message.charAt(i);
      if (c == wanted) {
        return i;
      }
      if (c == '\n') {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isHeaderToken(String message, int from, int to) {
    for (int i = from; i < to; i++) {
      if (isDigit(message.charAt(i))) {
        return true;
      }
    }
    return to - from <= 4
        && HEADER_WORDS.contains(
            message.substring(from, to).toLowerCase(Locale.ROOT).replace(",", ""));
  }

  /** {@code level=warn}, {@code level="warn"}, {@code "level":"warn"}. */
  private static LogLevel keyed(String message) {
    String head = message.length() > HEAD ? message.substring(0, HEAD) : message;
    for (String key : KEYS) {
      int at = head.indexOf(key);
      while (at >= 0) {
        LogLevel level = valueOfKey(head, at, at + key.length());
        if (level != null) {
          return level;
        }
        at = head.indexOf(key, at + 1);
      }
    }
    return null;
  }

  private static LogLevel valueOfKey(String head, int keyStart, int keyEnd) {
    if (keyStart > 0 && isWordCharacter(head.charAt(keyStart - 1))) {
      return null;
    }
    int at = keyEnd;
    boolean quotedKey = at < head.length() && head.charAt(at) == '"';
    if (quotedKey) {
      at++;
    }
    if (at >= head.length() || head.charAt(at) != (quotedKey ? ':' : '=')) {
      return null;
    }
    at++;
    while (at < head.length()
        && (head.charAt(at) == '"' || (quotedKey && head.charAt(at) == ' '))) {
      at++;
    }
    int end = at;
    while (end < head.length() && isWordCharacter(head.charAt(end))) {
      end++;
    }
    return word(head, at, end);
  }

  private static boolean tellsOfException(String message) {
    if (message.startsWith("Traceback (most recent call last)")
        || message.startsWith("Exception in thread ")
        || message.startsWith("Caused by: ")) {
      return true;
    }
    String head = message.length() > TRACE_HEAD ? message.substring(0, TRACE_HEAD) : message;
    return head.contains("\n\tat ") || head.contains("\n    at ") || firstLineNamesOne(head);
  }

  /** {@code java.io.IOException: disk}, {@code ValueError: x}: a class name before a colon. */
  private static boolean firstLineNamesOne(String head) {
    int newline = head.indexOf('\n');
    int lineEnd = Math.min(newline < 0 ? head.length() : newline, HEAD);
    String line = head.substring(0, lineEnd);
    for (String suffix : new String[] {"Exception", "Error"}) {
      int at = line.indexOf(suffix);
      while (at >= 0) {
        int end = at + suffix.length();
        boolean named = end == line.length() ? newline >= 0 : line.charAt(end) == ':';
        if (named && isClassName(line, at, end)) {
          return true;
        }
        at = line.indexOf(suffix, at + 1);
      }
    }
    return false;
  }

  /** Whether the suffix ends a name with more than the suffix itself, such as IOException. */
  private static boolean isClassName(String line, int suffixStart, int end) {
    int start = suffixStart;
    while (start > 0
        && (isWordCharacter(line.charAt(start - 1))
            || line.charAt(start - 1) == '.'
            || line.charAt(start - 1) == '$')) {
      start--;
    }
    return start < suffixStart && Character.isLetter(line.charAt(start)) && end > suffixStart;
  }

  /** Returns the level of a word between two positions, blanks around it aside, or null. */
  private static LogLevel word(String message, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && message.charAt(start) == ' ') {
      start++;
    }
    while (end > start && message.charAt(end - 1) == ' ') {
      end--;
    }
    if (end - start < 3 || end - start > MAX_WORD) {
      return null;
    }
    String word = message.substring(start, end);
    LogLevel level = LevelWords.parse(word);
    return level == null || AMBIGUOUS.contains(word.toLowerCase(Locale.ROOT)) ? null : level;
  }

  /** Words that name a level in a level field but something else in a text. */
  private static final Set<String> AMBIGUOUS =
      Set.of("all", "fine", "config", "default", "alert", "verbose", "notice", "information");

  private static boolean isUpperCase(String message, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Character.isLowerCase(message.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_';
  }
}
