package io.weir.harness.ship;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Apache's and nginx' common and combined access log. The message is the whole line, because that
 * is what people search; its parts are fields. The level follows the status: 5xx ERROR, 4xx WARN,
 * else INFO. Read by hand: a regular expression for quoted text with escapes recurses per escape.
 */
final class AccessLogFormat implements LineFormat {
  private final LineTimes times;

  AccessLogFormat(LineTimes times) {
    this.times = times;
  }

  @Override
  public ParsedLine parse(String line) {
    Cursor cursor = new Cursor(line);
    String client = cursor.word();
    String identity = cursor.word();
    String user = cursor.word();
    String time = cursor.between('[', ']');
    String request = cursor.quoted();
    Integer status = cursor.number(3);
    if (client == null
        || identity == null
        || user == null
        || time == null
        || request == null
        || status == null) {
      return null;
    }
    Instant timestamp = times.access(time);
    if (timestamp == null) {
      return null;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("client", client);
    put(fields, "user", user);
    String[] parts = request.split(" ", 3);
    if (parts.length == 3) {
      fields.put("method", parts[0]);
      fields.put("path", parts[1]);
      fields.put("protocol", parts[2]);
    } else {
      fields.put("request", request);
    }
    fields.put("status", (long) status);
    Integer bytes = cursor.number(9);
    if (bytes == null) {
      cursor.word();
    } else {
      fields.put("bytes", (long) bytes);
    }
    put(fields, "referrer", cursor.quoted());
    put(fields, "user_agent", cursor.quoted());
    String level = status >= 500 ? "ERROR" : status >= 400 ? "WARN" : "INFO";
    return new ParsedLine(timestamp, level, null, null, line, fields);
  }

  @Override
  public boolean continuesOverForeignLines() {
    return false;
  }

  private static void put(Map<String, Object> fields, String key, String value) {
    if (value != null && !value.equals("-") && !value.isEmpty()) {
      fields.put(key, value);
    }
  }

  /** Reads blank-separated parts; once a part is not there, null. */
  private static final class Cursor {
    private final String line;
    private int at;

    Cursor(String line) {
      this.line = line;
    }

    String word() {
      int end = line.indexOf(' ', at);
      if (end < 0) {
        end = line.length();
      }
      if (end == at) {
        return null;
      }
      return take(at, end, end);
    }

    String between(char open, char close) {
      if (at >= line.length() || line.charAt(at) != open) {
        return null;
      }
      int end = line.indexOf(close, at + 1);
      return end < 0 ? null : take(at + 1, end, end + 1);
    }

    String quoted() {
      if (at >= line.length() || line.charAt(at) != '"') {
        return null;
      }
      for (int i = at + 1; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          return take(at + 1, i, i + 1);
        }
      }
      return null;
    }

    Integer number(int maxDigits) {
      int end = at;
      while (end < line.length() && end - at < maxDigits && isDigit(line.charAt(end))) {
        end++;
      }
      boolean ends = end == line.length() || line.charAt(end) == ' ';
      if (end == at || !ends) {
        return null;
      }
      int from = at;
      return Integer.valueOf(take(from, end, end));
    }

    private String take(int from, int to, int behind) {
      at = behind < line.length() && line.charAt(behind) == ' ' ? behind + 1 : behind;
      return line.substring(from, to);
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }
}
