package io.weir.harness.ship;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Logfmt, which Prometheus, Alertmanager and many a Go program write: {@code
 * ts=2026-11-24T19:46:23.395Z caller=main.go:551 level=info msg="Starting" mode=server}. Such a
 * line begins with its time. Pairs beside time, level and message become fields; a line without a
 * message keeps all its pairs as its text.
 */
final class LogfmtFormat implements LineFormat {
  private static final int MAX_LINE = 64 * 1024;
  private static final int MAX_FIELDS = 50;

  private final LineTimes times;

  LogfmtFormat(LineTimes times) {
    this.times = times;
  }

  @Override
  public ParsedLine parse(String line) {
    if (line.length() > MAX_LINE || !(line.startsWith("ts=") || line.startsWith("time="))) {
      return null;
    }
    Map<String, String> pairs = pairs(line);
    if (pairs == null) {
      return null;
    }
    String time = pairs.containsKey("ts") ? pairs.remove("ts") : pairs.remove("time");
    Instant timestamp = times.iso(time);
    if (timestamp == null) {
      return null;
    }
    String level = pairs.remove("level");
    String message = pairs.remove("msg");
    Map<String, Object> fields = new LinkedHashMap<>();
    if (message == null) {
      message = line;
    } else {
      pairs.forEach(fields::put);
    }
    return new ParsedLine(timestamp, level, null, null, message, fields);
  }

  @Override
  public boolean continuesOverForeignLines() {
    return true;
  }

  /** Returns the pairs in order, or null if the line is something else. */
  private static Map<String, String> pairs(String line) {
    Map<String, String> pairs = new LinkedHashMap<>();
    int at = 0;
    while (at < line.length() && pairs.size() < MAX_FIELDS) {
      int equals = line.indexOf('=', at);
      if (equals <= at || line.substring(at, equals).indexOf(' ') >= 0) {
        return null;
      }
      String key = line.substring(at, equals);
      StringBuilder value = new StringBuilder();
      at = value(line, equals + 1, value);
      if (at < 0) {
        return null;
      }
      pairs.putIfAbsent(key, value.toString());
      while (at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
    }
    return pairs;
  }

  /** Reads a bare or quoted value; returns where it ends, or -1 if its quote does not. */
  private static int value(String line, int from, StringBuilder value) {
    if (from >= line.length() || line.charAt(from) != '"') {
      int end = line.indexOf(' ', from);
      end = end < 0 ? line.length() : end;
      value.append(line, from, end);
      return end;
    }
    for (int i = from + 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        return i + 1;
      }
      if (c == '\\' && i + 1 < line.length()) {
        i++;
        value.append(unescaped(line.charAt(i)));
      } else {
        value.append(c);
      }
    }
    return -1;
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      default -> c;
    };
  }
}
