package io.weir.harness.ship;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Syslog as it stands in files and on the wire: RFC 3164 ({@code Nov 23 06:45:56 host tag[pid]:
 * text}), the same with an RFC 3339 time (rsyslog's default since Debian 12), and RFC 5424. The tag
 * or application name is the service. A priority, where present, gives level and facility.
 */
final class SyslogFormat implements LineFormat {
  private static final int MAX_HEAD = 2048;
  private static final Pattern PRIORITY = Pattern.compile("<(\\d{1,3})>");
  private static final Pattern RFC_5424 =
      Pattern.compile(
          "1 (?<time>\\S++) (?<host>\\S++) (?<tag>\\S++) (?<pid>\\S++) (?<id>\\S++) (?<data>-|(?:\\[[^\\]]*+\\])++) ?");
  private static final Pattern RFC_3164 =
      Pattern.compile(
          "(?<time>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d|\\d{4}-\\d\\d-\\d\\dT[\\d:.]++(?:Z|[+-]\\d\\d:\\d\\d)) "
              + "(?<host>[^\\s:\\[]++) (?<tag>[^\\s:\\[]++)(?:\\[(?<pid>\\d++)\\])?: ?");

  private final LineTimes times;

  SyslogFormat(LineTimes times) {
    this.times = times;
  }

  @Override
  public ParsedLine parse(String line) {
    String head = line.length() > MAX_HEAD ? line.substring(0, MAX_HEAD) : line;
    Matcher priority = PRIORITY.matcher(head);
    int at = 0;
    int number = -1;
    if (priority.lookingAt()) {
      number = Integer.parseInt(priority.group(1));
      at = priority.end();
    }
    Matcher matcher = RFC_5424.matcher(head).region(at, head.length());
    if (number >= 0 && matcher.lookingAt()) {
      return read(matcher, number, times.iso(matcher.group("time")), line);
    }
    matcher = RFC_3164.matcher(head).region(at, head.length());
    if (matcher.lookingAt()) {
      String time = matcher.group("time");
      Instant timestamp = Character.isDigit(time.charAt(0)) ? times.iso(time) : times.syslog(time);
      return timestamp == null ? null : read(matcher, number, timestamp, line);
    }
    return null;
  }

  @Override
  public boolean continuesOverForeignLines() {
    return false;
  }

  private static ParsedLine read(Matcher matcher, int priority, Instant timestamp, String line) {
    Map<String, Object> fields = new LinkedHashMap<>();
    String pid = present(matcher.group("pid"));
    if (pid != null) {
      fields.put("pid", pid);
    }
    String level = null;
    if (priority >= 0) {
      fields.put("facility", (long) (priority >> 3));
      level = level(priority & 7);
    }
    return new ParsedLine(
        timestamp,
        level,
        present(matcher.group("tag")),
        present(matcher.group("host")),
        line.substring(matcher.end()),
        fields);
  }

  /** RFC 5424 writes a dash for what is unknown. */
  private static String present(String text) {
    return text == null || text.equals("-") ? null : text;
  }

  private static String level(int severity) {
    return switch (severity) {
      case 0, 1, 2 -> "FATAL";
      case 3 -> "ERROR";
      case 4 -> "WARN";
      case 5, 6 -> "INFO";
      default -> "DEBUG";
    };
  }
}
