package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Events with everything that a column may have to hold; the same for the same seed. */
final class RandomEvents {
  /** First and last event time that DuckDB can show as timestamps. */
  private static final long FIRST_NANOS = Long.MIN_VALUE + 2_000_000_000_000_000L;

  private static final long LAST_NANOS = Long.MAX_VALUE - 1;

  private final Random random;
  private long offset;

  RandomEvents(long seed) {
    this.random = new Random(seed);
  }

  List<LogEvent> next(int count) {
    List<LogEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(next());
    }
    return events;
  }

  LogEvent next() {
    offset += 1 + random.nextInt(3);
    return new LogEvent(
        timestamp(),
        "service-" + random.nextInt(5),
        maybe("host-" + random.nextInt(400)),
        maybe(random.nextBoolean() ? "eu-central-1" : text(12)),
        LogLevel.values()[random.nextInt(LogLevel.values().length)],
        message(),
        fields(),
        maybe(text(40)),
        maybe(text(30)),
        random.nextInt(1 << 8),
        "logs",
        "a1b2c",
        random.nextInt(48),
        random.nextInt(100) == 0 ? Long.MAX_VALUE - offset : offset,
        random.nextInt(100) == 0 ? random.nextLong() >> 20 : 1_774_000_000_000L + offset);
  }

  private long timestamp() {
    return switch (random.nextInt(10)) {
      case 0 -> FIRST_NANOS;
      case 1 -> LAST_NANOS;
      case 2 -> -1;
      case 3 -> random.nextLong() / 2;
      default -> 1_774_000_000_000_000_000L + offset * 1_000_003L;
    };
  }

  private String message() {
    return switch (random.nextInt(60)) {
      case 0 -> "";
      case 1 -> "x".repeat(200_000 + random.nextInt(100_000));
      case 2 -> "\u0000";
      default -> text(300);
    };
  }

  private String fields() {
    return switch (random.nextInt(6)) {
      case 0 -> LogEvent.NO_FIELDS;
      case 1 -> "{\"request_id\":\"" + Long.toHexString(random.nextLong()) + "\",\"n\":1}";
      case 2 -> "{\"trace_id\":\"" + Long.toHexString(random.nextLong()) + "\"}";
      case 3 -> "{ \"requestId\" : " + random.nextInt() + " , \"nested\":{\"request_id\":\"no\"}}";
      default -> "{\"user\":{\"id\":" + random.nextInt(9_999) + "},\"tags\":[\"a\",\"b\"]}";
    };
  }

  private String maybe(String text) {
    return random.nextInt(3) == 0 ? null : text;
  }

  /** Text of any characters that UTF-8 can carry, NUL and emoji among them. */
  private String text(int maxLength) {
    int length = random.nextInt(maxLength);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(12)) {
        case 0 -> text.append('\u0000');
        case 1 -> text.appendCodePoint(0x1F300 + random.nextInt(0x200));
        case 2 -> text.append((char) (0x4E00 + random.nextInt(0x1000)));
        case 3 -> text.append("\"\\\n\r\t'".charAt(random.nextInt(6)));
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }
}
