package io.weir.harness.e2e.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.FieldAliases;
import io.weir.model.log.FieldAliases.Reading;
import io.weir.model.log.FieldAliases.Target;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LevelWords;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Events that tell their level in every way that Weir knows: each word and number of the model
 * under each of its keys, and each word where a logger puts it into a line. Agents, which have
 * lists of their own, are held to them.
 */
final class LevelCases {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonLogParser PARSER = new JsonLogParser(LogLimits.DEFAULT);

  /** A level as a value of a key, something else in a text: there agents may be careful. */
  private static final String AMBIGUOUS = "alert";

  private static final int[] NUMBERS = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 16, 17, 20, 21, 24, 25, 29, 30, 39, 40, 45, 50, 59,
    60, 69, 70, 100, 155, 158, 191, 196
  };

  private static final List<String> LINES =
      List.of(
          "2026-03-29 10:00:00 %S it happened",
          "2026/03/29 10:00:00 [%s] 17#17: it happened",
          "[main] <%S> it happened",
          "%s: it happened",
          "ts=17 level=%s msg=\"it happened\"",
          "it happened, lvl=\"%s\"",
          "severity=%S it happened",
          "a=b loglevel=%s",
          "{\"level\": \"%s\", \"message\": \"cut of");

  private static final List<String> TEXTS =
      List.of(
          "E0329 10:00:00.000001 1 server.go:17] it happened",
          "W0329 10:00:00.000001 1 server.go:17] it happened",
          "F0329 10:00:00.000001 1 server.go:17] it happened",
          "I0329 10:00:00.000001 1 server.go:17] it happened",
          "java.lang.OutOfMemoryError: Java heap space",
          "java.io.IOException: disk",
          "ValueError: no number",
          "Exception in thread \"main\" a.B: c",
          "Traceback (most recent call last):\n  File \"a.py\", line 17",
          "it happened\n\tat a.B.c(B.java:17)",
          "it happened\n    at a.b (c.js:17:1)",
          "the last error was critical, and nobody is alert",
          "errors=0 warnings=0 fatal=false");

  private LevelCases() {}

  /**
   * One event.
   *
   * @param line as it stands in a file
   * @param record the JSON object that the line is, null if it is none
   */
  record Case(String line, Map<String, Object> record) {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (String text : TEXTS) {
      cases.add(new Case(text, null));
      cases.add(json(Map.of("message", text)));
    }
    for (String word : LevelWords.table().keySet()) {
      if (!word.equals(AMBIGUOUS)) {
        LINES.forEach(line -> cases.add(new Case(line.formatted(word), null)));
      }
    }
    for (FieldAliases.Row row : FieldAliases.rows()) {
      if (row.target() == Target.LEVEL) {
        if (row.reading() == Reading.WORD_OR_NUMBER) {
          for (String word : LevelWords.table().keySet()) {
            add(cases, row, word);
            add(cases, row, word.toUpperCase(Locale.ROOT));
          }
        }
        for (int number : NUMBERS) {
          add(cases, row, number);
          add(cases, row, Integer.toString(number));
        }
      }
    }
    return cases;
  }

  private static void add(List<Case> cases, FieldAliases.Row row, Object value) {
    cases.add(json(Map.of("message", "it happened", row.dottedPath(), value)));
    if (row.path().size() > 1) {
      Object nested = value;
      for (int i = row.path().size() - 1; i > 0; i--) {
        nested = Map.of(row.path().get(i), nested);
      }
      cases.add(json(Map.of("message", "it happened", row.path().get(0), nested)));
    }
  }

  private static Case json(Map<String, Object> record) {
    return new Case(write(record), record);
  }

  /** Returns whether Weir reads WARN or above from what an agent has made of an event. */
  static boolean isUrgent(Map<String, Object> shipped) {
    Map<String, Object> record = new LinkedHashMap<>(shipped);
    record.putIfAbsent("service", "any");
    LogEvent event =
        PARSER
            .parse(
                write(record).getBytes(StandardCharsets.UTF_8),
                new RecordOrigin("logs", "abcde", 0, 0, 0))
            .event();
    return event.level().compareTo(LogLevel.WARN) >= 0;
  }

  private static String write(Map<String, Object> record) {
    try {
      return JSON.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(record.toString(), e);
    }
  }
}
