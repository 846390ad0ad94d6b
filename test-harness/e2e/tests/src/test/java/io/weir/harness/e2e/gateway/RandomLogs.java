package io.weir.harness.e2e.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLimits;
import io.weir.model.log.ParsedLog;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Log events that are hard to search: many scripts, punctuation, case that changes length, tokens
 * beyond the limits, fields of every shape. What producers may send, parsed as the jobs parse it.
 */
final class RandomLogs {
  /** Few enough that queries often hit. */
  static final List<String> WORDS =
      List.of(
          "connection",
          "Connection-Refused",
          "refused",
          "REFUSED",
          "card",
          "declined",
          "straße",
          "STRASSE",
          "ẞ",
          "İstanbul",
          "istanbul",
          "ISTANBUL",
          "ı",
          "naïve",
          "nai\u0308ve",
          "日本語",
          "テスト",
          "한국어",
          "ภาษาไทย",
          "שלום",
          "\ud83d\ude00",
          "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67",
          "1\ufe0f\u20e3",
          "don't",
          "O’Reilly",
          "user@example.org",
          "10.0.0.1",
          "10:00",
          "1,000.5",
          "3.14",
          "1_000",
          "foo_bar",
          "foo.bar",
          "foo..bar",
          "a:b",
          "x=1",
          "--",
          "...",
          "*",
          "co*",
          "#tag",
          "C++",
          "(paren)",
          "[x]",
          "\"quoted\"",
          "back\\slash",
          "tab\there",
          "new\nline",
          "no\u00a0break",
          "zero\u200bwidth",
          "soft\u00adhyphen",
          "ǅ",
          "ﬁne",
          "\ud835\udcb3",
          "\ud801\udc00\ud801\udc01",
          "Ωmega",
          "ΣΑΣ",
          "GET",
          "/health",
          "200",
          "AND",
          "or",
          "x".repeat(255),
          "y".repeat(256) + "z",
          "\ud801\udc00".repeat(130));

  static final List<String> NAMES =
      List.of(
          "payments",
          "Payments",
          "payments-eu",
          "card api",
          "a\"b",
          "c\\d",
          "日本",
          "\uff21",
          "\ud801\udc00svc",
          "z*",
          "n".repeat(1100));

  static final List<String> KEYS =
      List.of("user_id", "status", "a.b", "http.status", "ключ", "with space", "q\"uote", "e=mc2");

  /** A longer one makes no event. */
  private static final int MAX_SERVICE = 256;

  private static final List<String> SEPARATORS = List.of(" ", " ", " ", "-", ".", "/", ", ", "");
  private static final List<String> LEVELS =
      List.of("TRACE", "debug", "Info", "WARN", "error", "FATAL");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random;
  private final String topic;
  private final JsonLogParser parser = new JsonLogParser(LogLimits.DEFAULT);

  RandomLogs(Random random, String topic) {
    this.random = random;
    this.topic = topic;
  }

  /** Makes events whose times lie in the hour that begins there. */
  List<LogEvent> events(int count, long fromMillis) {
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long appended = fromMillis + 60_000 + random.nextInt(3_000_000);
      byte[] record = record(appended).toString().getBytes(StandardCharsets.UTF_8);
      ParsedLog parsed = parser.parse(record, new RecordOrigin(topic, "it000", i % 4, i, appended));
      if (parsed.event() == null) {
        throw new IllegalStateException("no event: " + parsed.deadLetter());
      }
      events.add(parsed.event());
    }
    return events;
  }

  private ObjectNode record(long appendedMillis) {
    ObjectNode record = JSON.createObjectNode();
    if (random.nextInt(10) > 0) {
      // Some are too far ahead, and flagged.
      long ahead = random.nextInt(20) == 0 ? 3_600_000 : -random.nextInt(30_000);
      record.put("timestamp", appendedMillis + ahead);
    }
    String service = any(NAMES);
    record.put("service", service.length() > MAX_SERVICE ? "n" : service);
    if (random.nextInt(4) > 0) {
      record.put("host", any(NAMES));
    }
    if (random.nextInt(3) > 0) {
      record.put("region", any(NAMES));
    }
    if (random.nextInt(5) > 0) {
      record.put("level", any(LEVELS));
    }
    if (random.nextInt(3) == 0) {
      record.put("id", any(NAMES));
    }
    record.put("message", text());
    if (random.nextInt(4) > 0) {
      record.set("fields", fields(2));
    }
    return record;
  }

  private String text() {
    StringBuilder text = new StringBuilder(any(WORDS));
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(any(SEPARATORS)).append(any(WORDS));
    }
    return text.toString();
  }

  private ObjectNode fields(int depth) {
    ObjectNode fields = JSON.createObjectNode();
    for (int i = random.nextInt(5); i > 0; i--) {
      String key = random.nextInt(4) == 0 ? "http" : any(KEYS);
      switch (random.nextInt(9)) {
        case 0 -> fields.put(key, random.nextInt(4));
        case 1 -> fields.put(key, new BigDecimal("1.50"));
        case 2 -> fields.put(key, random.nextBoolean());
        case 3 -> fields.putNull(key);
        case 4 -> fields.put(key, "");
        case 5 -> {
          ArrayNode array = fields.putArray(key);
          array.add(any(WORDS)).add(random.nextInt(4)).add(any(NAMES));
        }
        case 6 -> {
          if (depth > 0) {
            fields.set(key, fields(depth - 1));
          }
        }
        case 7 -> fields.put(key, any(NAMES));
        default -> fields.put(key, any(WORDS));
      }
    }
    return fields;
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
