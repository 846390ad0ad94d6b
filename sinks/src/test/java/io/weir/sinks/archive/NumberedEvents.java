package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.time.Instant;
import java.util.List;

/** The event of a number: a pure function, so that a replay gives the same. */
final class NumberedEvents {
  /** Names that a path does not take as they are, among others. */
  static final List<String> SERVICES =
      List.of("payments", "orders", "a/b", "größe", "_mixed", "..", "x".repeat(300), "100%", "a b");

  private static final long START_MILLIS = Instant.parse("2026-03-29T22:30:00Z").toEpochMilli();
  private static final long DAY_MILLIS = 86_400_000L;

  private NumberedEvents() {}

  /** Events of two hours around midnight; every 50th is three to six days late. */
  static LogEvent event(long number) {
    long appendTime = START_MILLIS + number * 7_200_000L / 60_000L;
    long time =
        number % 50 == 0
            ? appendTime - (3 + number / 50 % 4) * DAY_MILLIS
            : appendTime - number % 30_000;
    return new LogEvent(
        time * 1_000_000L + number % 1_000 * 1_000L,
        SERVICES.get((int) (number % SERVICES.size())),
        "host-" + number % 17,
        number % 3 == 0 ? null : "eu-central-1",
        LogLevel.values()[(int) (number / SERVICES.size() % 6)],
        "message number " + number,
        "{\"request_id\":\"r" + number + "\"}",
        null,
        null,
        0,
        "logs",
        "a1b2c",
        (int) (number % 4),
        number,
        appendTime);
  }
}
