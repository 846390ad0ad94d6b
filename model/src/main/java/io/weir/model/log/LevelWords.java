package io.weir.model.log;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The words that producers and people use for a severity, and the level that each means. */
public final class LevelWords {
  private static final Map<String, LogLevel> WORDS = words();

  /** Longer than any word, blanks around it included. */
  private static final int MAX_LENGTH = 32;

  private LevelWords() {}

  /**
   * Returns the level that a word means, regardless of case and of surrounding blanks, or null if
   * it is none of {@link #table}.
   */
  public static LogLevel parse(String word) {
    LogLevel exact = exact(word);
    return exact != null ? exact : WORDS.get(word.strip());
  }

  /** As {@link #parse(String)}, without a string for the words that nearly every event has. */
  static LogLevel parse(char[] text, int from, int length) {
    if (length == 4) {
      if (is("INFO", text, from)) {
        return LogLevel.INFO;
      } else if (is("WARN", text, from)) {
        return LogLevel.WARN;
      }
    } else if (length == 5) {
      if (is("DEBUG", text, from)) {
        return LogLevel.DEBUG;
      } else if (is("ERROR", text, from)) {
        return LogLevel.ERROR;
      }
    }
    return length > MAX_LENGTH ? null : parse(new String(text, from, length));
  }

  /** Whether the text starts with this word in upper or lower case. */
  private static boolean is(String word, char[] text, int from) {
    for (int i = 0; i < word.length(); i++) {
      if ((text[from + i] & ~0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns every known word in lower case with its level, in alphabetical order. */
  public static Map<String, LogLevel> table() {
    return new TreeMap<>(WORDS);
  }

  /** The spellings that nearly every event has, without a look-up that ignores case. */
  private static LogLevel exact(String word) {
    return switch (word) {
      case "INFO", "info" -> LogLevel.INFO;
      case "DEBUG", "debug" -> LogLevel.DEBUG;
      case "WARN", "warn" -> LogLevel.WARN;
      case "ERROR", "error" -> LogLevel.ERROR;
      case "TRACE", "trace" -> LogLevel.TRACE;
      case "FATAL", "fatal" -> LogLevel.FATAL;
      default -> null;
    };
  }

  private static Map<String, LogLevel> words() {
    Map<String, LogLevel> words = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    add(words, LogLevel.TRACE, "trace", "trc", "finest", "finer", "verbose", "all");
    add(words, LogLevel.DEBUG, "debug", "dbg", "fine", "config");
    add(words, LogLevel.INFO, "info", "inf", "information", "informational", "notice", "default");
    add(words, LogLevel.WARN, "warn", "wrn", "warning");
    add(words, LogLevel.ERROR, "error", "err", "eror", "severe");
    add(words, LogLevel.FATAL, "fatal", "ftl", "critical", "crit", "alert", "emergency", "emerg");
    add(words, LogLevel.FATAL, "panic", "dpanic");
    for (LogLevel level : LogLevel.values()) {
      // OTLP's short names TRACE1..4, DEBUG1..4 and so on.
      for (int i = 1; i <= 4; i++) {
        add(words, level, level.name().toLowerCase(Locale.ROOT) + i);
      }
    }
    return words;
  }

  private static void add(Map<String, LogLevel> words, LogLevel level, String... spellings) {
    for (String spelling : spellings) {
      words.put(spelling, level);
    }
  }
}
