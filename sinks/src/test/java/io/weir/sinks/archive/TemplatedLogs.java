package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Log events as services write them: each service has a dozen templates whose places hold numbers,
 * addresses and ids, and 3 to 6 fields; about 390 bytes of JSON. The same for the same seed.
 */
final class TemplatedLogs {
  private static final String[] VERBS = {
    "accepted", "rejected", "forwarded", "retried", "completed", "started", "cancelled", "expired"
  };
  private static final String[] NOUNS = {
    "payment", "order", "session", "shipment", "invoice", "login", "refund", "cart", "job", "upload"
  };
  private static final long START_MILLIS = 1_774_000_800_000L;

  private final Random random;
  private final int services;
  private final double eventsPerSecond;
  private long number;

  TemplatedLogs(long seed, int services, double eventsPerSecond) {
    this.random = new Random(seed);
    this.services = services;
    this.eventsPerSecond = eventsPerSecond;
  }

  List<LogEvent> next(int count) {
    List<LogEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(next());
    }
    return events;
  }

  private LogEvent next() {
    number++;
    int service =
        (int) Math.min(services - 1, services * random.nextDouble() * random.nextDouble());
    int host = service * 8 + random.nextInt(8);
    long micros = (long) (number / eventsPerSecond * 1e6) + random.nextInt(2_000);
    LogLevel level = random.nextInt(20) == 0 ? LogLevel.ERROR : LogLevel.INFO;
    return new LogEvent(
        START_MILLIS * 1_000_000L + micros * 1_000L,
        "service-" + service,
        "host-" + host + ".eu-central-1.example.net",
        "eu-central-1",
        level,
        message(service),
        fields(service),
        null,
        null,
        0,
        "logs",
        "a1b2c",
        service % 4,
        number,
        START_MILLIS + micros / 1_000 + 20);
  }

  private String message(int service) {
    int template = random.nextInt(12);
    String noun = NOUNS[(service + template) % NOUNS.length];
    String verb = VERBS[(service * 3 + template) % VERBS.length];
    return switch (template % 4) {
      case 0 ->
          noun
              + " "
              + (1_000_000 + random.nextInt(9_000_000))
              + " "
              + verb
              + " in "
              + random.nextInt(900)
              + " ms";
      case 1 ->
          "Request to /api/v2/"
              + noun
              + "s/"
              + random.nextInt(100_000)
              + " was "
              + verb
              + " by upstream 10.12."
              + random.nextInt(32)
              + "."
              + random.nextInt(256)
              + " with status "
              + (random.nextInt(15) == 0 ? 503 : 200);
      case 2 ->
          "User "
              + random.nextInt(500_000)
              + " "
              + verb
              + " "
              + noun
              + " (attempt "
              + (1 + random.nextInt(3))
              + " of 3), balance "
              + random.nextInt(100_000) / 100.0;
      default ->
          "Connection pool of "
              + noun
              + " store has "
              + random.nextInt(64)
              + " of 64 connections in use, "
              + random.nextInt(10)
              + " waiting";
    };
  }

  private String fields(int service) {
    StringBuilder fields = new StringBuilder(160);
    fields.append("{\"request_id\":\"").append(hex(16)).append('"');
    fields.append(",\"user_id\":").append(random.nextInt(500_000));
    fields.append(",\"duration_ms\":").append(random.nextInt(900));
    fields.append(",\"build\":\"2026.03.").append(service % 9).append("-").append(hash(service));
    fields.append("\",\"thread\":\"worker-").append(random.nextInt(16)).append('"');
    int more = random.nextInt(4);
    if (more > 0) {
      fields.append(",\"status\":").append(random.nextInt(15) == 0 ? 503 : 200);
    }
    if (more > 1) {
      fields.append(",\"path\":\"/api/v2/").append(NOUNS[service % NOUNS.length]).append("s\"");
    }
    if (more > 2) {
      fields.append(",\"version\":\"2.").append(service % 9).append(".1\"");
    }
    return fields.append('}').toString();
  }

  private static String hash(int service) {
    return Integer.toHexString(service * 0x9E3779B9);
  }

  private String hex(int digits) {
    String text = Long.toHexString(random.nextLong() | 1L << 63);
    return text.substring(0, digits);
  }

  /** Returns the JSON that a producer would have sent for an event. */
  static String json(LogEvent event) {
    return "{\"timestamp\":\""
        + Instant.ofEpochSecond(0, event.timestampNanos())
        + "\",\"service\":\""
        + event.service()
        + "\",\"host\":\""
        + event.host()
        + "\",\"region\":\""
        + event.region()
        + "\",\"level\":\""
        + event.level()
        + "\",\"message\":\""
        + event.message()
        + "\",\"fields\":"
        + event.fields()
        + "}";
  }
}
