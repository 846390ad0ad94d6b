package io.weir.model.log;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The words that producers and people use for a severity, and the level that each means. */
public final class LevelWords {
  private static final Map<String, LogLevel> WORDS = words();

  private LevelWords() {}

  /**
   * Returns the level that a word means, regardless of case and of surrounding blanks, or null if
   * it is none of {@link #table}.
   */
  public static LogLevel parse(String word) {
    LogLevel exact = exact(word);
    return exact != null ? exact : WORDS.get(word.strip());
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
