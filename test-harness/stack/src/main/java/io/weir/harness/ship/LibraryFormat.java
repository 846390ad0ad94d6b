package io.weir.harness.ship;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What log4j, logback and their kin write: a time, a level, and in some order thread, logger and
 * message. One table row for each layout, most specific first. Lines that fit no row (stack traces,
 * wrapped text) belong to the event before them.
 */
final class LibraryFormat implements LineFormat {
  /** A head longer than this is no head; it also bounds what the patterns have to look at. */
  private static final int MAX_HEAD = 2048;

  private static final String TIME =
      "(?<time>\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: ?(?:Z|[+-]\\d\\d:?\\d\\d))?)";
  private static final String DAY_TIME =
      "(?<short>\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?)";
  private static final String LEVEL =
      "(?<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|trace|debug|info|warn|error|fatal)";

  /** Layouts with a level. */
  private static final List<Layout> WITH_LEVEL =
      List.of(
          // Elasticsearch: [2026-11-23T06:45:56,123][INFO ][o.e.n.Node               ] [node-1]
          // text
          layout("\\[", TIME, "\\]\\[", LEVEL, "\\s*\\]\\[(?<logger>[^\\]\\s]++)\\s*\\] ?"),
          // Kafka: [2026-11-23 06:45:56,123] INFO text (kafka.server.KafkaServer)
          layout("\\[", TIME, "\\] ", LEVEL, "\\s++(?=.*\\((?<last>[\\w.$]++)\\)$)"),
          // Spring Boot: 2026-11-23T06:45:56.123Z  INFO 4711 --- [main] c.shop.Orders : text
          layout(
              "",
              TIME,
              "\\s++",
              LEVEL,
              "\\s++\\d++ --- (?:\\[[^\\]]*\\] )??\\[\\s*(?<thread>[^\\]]*)\\] (?<logger>\\S++)\\s*+: "),
          // ZooKeeper: 2026-11-23 06:45:56,123 [myid:1] - INFO  [main:QuorumPeer@177] - text
          layout(
              "",
              TIME,
              " \\[myid:[^\\]]*\\] - ",
              LEVEL,
              "\\s++\\[(?<thread>[^\\]]*?):(?<logger>[\\w.$]++)@-?\\d*\\] - "),
          // Flink: 2026-11-23 06:45:56,123 INFO  org.apache.flink.Foo   [] - text
          layout(
              "",
              TIME,
              "\\s++",
              LEVEL,
              "\\s++(?<logger>[\\w.$/-]++)\\s++\\[(?<context>[^\\]]*)\\] - "),
          // 2026-11-23 06:45:56,123 INFO  [thread] logger - text
          layout(
              "",
              TIME,
              "\\s++",
              LEVEL,
              "\\s++\\[(?<thread>[^\\]]*)\\]\\s++(?<logger>[\\w.$/-]++)(?:\\s++- |\\s*+: )"),
          // logback: 2026-11-23 06:45:56.123 [thread] INFO  logger - text
          layout(
              "",
              TIME,
              "\\s++\\[(?<thread>[^\\]]*)\\]\\s++",
              LEVEL,
              "\\s++(?<logger>[\\w.$/-]++)(?:\\s++- |\\s*+: )"),
          // 2026-11-23 06:45:56,123 INFO logger - text
          layout("", TIME, "\\s++", LEVEL, "\\s++(?<logger>[\\w.$/-]++)(?:\\s++- |\\s*+: )"),
          // s3proxy: [s3proxy] I 11-23 06:45:56.123 thread logger:12 |::] text
          layout(
              "(?:\\[\\w++\\] )?(?<letter>[TDIWEF]) ",
              DAY_TIME,
              " (?<thread>\\S++) (?<logger>[\\w.$]++)(?::\\d++)? ?(?:[^\\]\\s]*\\] )?"),
          // VictoriaMetrics, between tabs: 2026-11-23T06:45:56.123Z info file.go:12 text
          layout("", TIME, "\\t", LEVEL, "\\t(?<logger>\\S++)\\t"),
          // any time, then a level: 2026-11-23 06:45:56 [INFO] text
          layout("\\[?", TIME, "\\]?[ :]*+\\[?", LEVEL, "\\b\\s*\\]?[ :-]*+"));

  private static final List<Layout> TIME_ONLY = List.of(layout("\\[?", TIME, "\\]?[ :-]*+"));

  private static final Map<String, String> LETTERS =
      Map.of("T", "TRACE", "D", "DEBUG", "I", "INFO", "W", "WARN", "E", "ERROR", "F", "FATAL");

  private final List<Layout> layouts;
  private final LineTimes times;

  private LibraryFormat(List<Layout> layouts, LineTimes times) {
    this.layouts = layouts;
    this.times = times;
  }

  /** Returns the format of lines with time and level. */
  static LineFormat withLevel(LineTimes times) {
    return new LibraryFormat(WITH_LEVEL, times);
  }

  /** Returns the format of lines that begin with a date and time, whatever follows. */
  static LineFormat timeOnly(LineTimes times) {
    return new LibraryFormat(TIME_ONLY, times);
  }

  @Override
  public ParsedLine parse(String line) {
    if (!mayBeHead(line)) {
      return null;
    }
    String head = line.length() > MAX_HEAD ? line.substring(0, MAX_HEAD) : line;
    for (Layout layout : layouts) {
      Matcher matcher = layout.pattern().matcher(head);
      if (matcher.lookingAt()) {
        ParsedLine parsed = read(layout, matcher, line);
        if (parsed != null) {
          return parsed;
        }
      }
    }
    return null;
  }

  @Override
  public boolean continuesOverForeignLines() {
    return true;
  }

  private ParsedLine read(Layout layout, Matcher matcher, String line) {
    Instant timestamp =
        layout.has("time")
            ? times.iso(matcher.group("time"))
            : times.monthAndDay(matcher.group("short"));
    if (timestamp == null) {
      return null;
    }
    String level = layout.value(matcher, "level");
    if (level == null && layout.has("letter")) {
      level = LETTERS.get(matcher.group("letter"));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    String logger = layout.value(matcher, "logger");
    String message = line.substring(matcher.end());
    String last = layout.value(matcher, "last");
    if (last != null && line.length() <= MAX_HEAD) {
      // Kafka's layout ends with the logger; it is cut off the text.
      logger = last;
      message = message.substring(0, message.length() - last.length() - 2).stripTrailing();
    }
    if (logger != null) {
      fields.put("logger", logger);
    }
    String thread = layout.value(matcher, "thread");
    if (thread != null && !thread.isBlank()) {
      fields.put("thread", thread.strip());
    }
    return new ParsedLine(timestamp, level, null, null, message, fields);
  }

  /** Every head begins with a digit, a bracket or a level letter: most other lines leave here. */
  private static boolean mayBeHead(String line) {
    if (line.length() < 15) {
      return false;
    }
    char c = line.charAt(0);
    boolean letter = line.charAt(1) == ' ' && LETTERS.containsKey(line.substring(0, 1));
    return c == '[' || Character.isDigit(c) || letter;
  }

  private static Layout layout(String... parts) {
    return new Layout(Pattern.compile(String.join("", parts)));
  }

  /** A row of the table: a pattern whose named groups say what it finds. */
  private record Layout(Pattern pattern) {

    boolean has(String group) {
      return pattern.pattern().contains("(?<" + group + ">");
    }

    String value(Matcher matcher, String group) {
      return has(group) ? matcher.group(group) : null;
    }
  }
}
