package io.weir.harness.generate;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * An endless, deterministic sequence of log records as a fleet would write them: the same plan and
 * the same times give the same bytes. Every sound event carries its source, its sequence number in
 * that source and a checksum ({@link EventChecksum}) in its fields, so that a reader can tell
 * missing, doubled and altered events apart. Not thread-safe.
 */
public final class LogStream {
  /** Field with the name of the source. */
  public static final String SOURCE_FIELD = "source";

  /** Field with the number of the event within its source. */
  public static final String SEQUENCE_FIELD = "seq";

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String[] KINDS = {
    "payments",
    "checkout",
    "catalog",
    "search",
    "users",
    "sessions",
    "shipping",
    "pricing",
    "media",
    "mail"
  };

  /** So many events lie between one and its copy. */
  private static final int REPEATED_AFTER = 50;

  private static final String[] REGIONS = {"eu-west-1", "us-east-1", "ap-south-1"};
  private static final int HOSTS_PER_SERVICE = 6;

  private final Plan plan;
  private final EventTimes times;
  private final SplittableRandom random;
  private final MessageTemplates templates = new MessageTemplates();
  private final Poison[] poisons = Poison.values();
  private final String[] services;
  private final byte[][] keys;
  private final String[][] hosts;
  private final String[] sources;
  private final long[] sequences;
  private final StringBuilder message = new StringBuilder(256);
  private final StringBuilder json = new StringBuilder(1024);
  private final List<Map.Entry<String, String>> fields = new ArrayList<>();
  private final Deque<GeneratedLog> recent = new ArrayDeque<>();
  private long index;
  private long sound;
  private long poisoned;
  private long cachedSecond = Long.MIN_VALUE;
  private String cachedSecondText = "";

  /**
   * What the sequence looks like.
   *
   * @param run prefix of the source names; two runs into one store need different ones
   * @param seed same seed, same sequence
   * @param services number of services
   * @param sources number of agents with sequence numbers of their own
   * @param poisonEvery every n-th record is poison, kinds in turn; 0 for none
   * @param messageLength messages are joined until they have so many characters; 0 for one each
   * @param repeatEvery every n-th record is an earlier event once more, and events carry an id by
   *     which that can be told; 0 for none, and no ids
   */
  public record Plan(
      String run,
      long seed,
      int services,
      int sources,
      long poisonEvery,
      int messageLength,
      long repeatEvery) {
    /** Longer ones would not fit into a record that the broker takes. */
    private static final int MAX_MESSAGE_LENGTH = 256 << 10;

    public Plan {
      if (messageLength < 0 || messageLength > MAX_MESSAGE_LENGTH) {
        throw new IllegalArgumentException(
            "messages have 0 to %d characters at least, not %d"
                .formatted(MAX_MESSAGE_LENGTH, messageLength));
      }
      if (repeatEvery < 0 || repeatEvery == 1) {
        throw new IllegalArgumentException("an event is repeated every 0 or more than 1 records");
      }
      if (run.isEmpty() || services < 1 || sources < 1 || poisonEvery < 0 || poisonEvery == 1) {
        throw new IllegalArgumentException(
            "a plan needs a run name, at least one service and one source, and poison every 0 or"
                + " more than 1 records: run '%s', %d services, %d sources, poison every %d"
                    .formatted(run, services, sources, poisonEvery));
      }
    }

    /** A plan with messages as they come. */
    public Plan(String run, long seed, int services, int sources, long poisonEvery) {
      this(run, seed, services, sources, poisonEvery, 0, 0);
    }

    /** Returns a plan of 100 services and 4 sources without poison. */
    public static Plan of(String run, long seed) {
      return new Plan(run, seed, 100, 4, 0);
    }

    /** Returns this plan with every n-th record poisoned. */
    public Plan withPoisonEvery(long records) {
      return new Plan(run, seed, services, sources, records, messageLength, repeatEvery);
    }

    /** Returns this plan with messages of at least so many characters. */
    public Plan withMessageLength(int characters) {
      return new Plan(run, seed, services, sources, poisonEvery, characters, repeatEvery);
    }

    /** Returns this plan with every n-th record an earlier event that is sent again. */
    public Plan withRepeatEvery(long records) {
      return new Plan(run, seed, services, sources, poisonEvery, messageLength, records);
    }
  }

  public LogStream(Plan plan, EventTimes times) {
    this.plan = plan;
    this.times = times;
    this.random = new SplittableRandom(plan.seed());
    services = new String[plan.services()];
    keys = new byte[plan.services()][];
    hosts = new String[plan.services()][HOSTS_PER_SERVICE];
    for (int s = 0; s < services.length; s++) {
      services[s] = serviceName(s);
      keys[s] = services[s].getBytes(StandardCharsets.UTF_8);
      for (int h = 0; h < HOSTS_PER_SERVICE; h++) {
        hosts[s][h] = services[s] + "-" + h + "." + REGIONS[h % REGIONS.length] + ".prod.internal";
      }
    }
    sources = new String[plan.sources()];
    for (int s = 0; s < sources.length; s++) {
      sources[s] = plan.run() + "-" + s;
    }
    sequences = new long[sources.length];
  }

  /** Returns the name of the service with this number; the lowest numbers are the loudest. */
  public static String serviceName(int number) {
    return KINDS[number % KINDS.length] + "-service-" + number / KINDS.length;
  }

  /** Returns the next record. */
  public GeneratedLog next() {
    long nanos = times.nanosOf(index++);
    if (plan.poisonEvery() > 0 && index % plan.poisonEvery() == 0) {
      Poison poison = poisons[(int) (poisoned++ % poisons.length)];
      byte[] value = poison.value(timestamp(nanos), plan.run() + "-" + poisoned);
      return new GeneratedLog(
          "poison".getBytes(StandardCharsets.UTF_8), value, null, -1, null, poison, false);
    }
    if (plan.repeatEvery() == 0) {
      return event(nanos);
    }
    if (index % plan.repeatEvery() == 0 && recent.size() == REPEATED_AFTER) {
      GeneratedLog log = recent.remove();
      return new GeneratedLog(
          log.key(), log.value(), log.source(), log.sequence(), log.level(), null, true);
    }
    GeneratedLog log = event(nanos);
    recent.add(log);
    if (recent.size() > REPEATED_AFTER) {
      recent.remove();
    }
    return log;
  }

  private GeneratedLog event(long nanos) {
    // Some services are louder than others; the loudest of 100 writes about 5 % of all events.
    double draw = random.nextDouble();
    int service = (int) (services.length * draw * Math.sqrt(draw));
    int host = random.nextInt(HOSTS_PER_SERVICE);
    String region = REGIONS[host % REGIONS.length];
    MessageTemplates.Template template = templates.draw(random);
    message.setLength(0);
    template.append(message, random);
    while (message.length() < plan.messageLength()) {
      message.append("; ");
      templates.draw(random).append(message, random);
    }
    String text = message.toString();

    int source = (int) (sound++ % sources.length);
    long sequence = sequences[source]++;
    fields.clear();
    fields.add(field(SOURCE_FIELD, sources[source]));
    fields.add(field(SEQUENCE_FIELD, Long.toString(sequence)));
    int more = random.nextInt(4);
    if (more > 0) {
      fields.add(field("request_id", hex(random.nextLong(), 16)));
    }
    if (more > 1) {
      fields.add(field("user_id", Integer.toString(10_000 + random.nextInt(90_000))));
    }
    if (more > 2) {
      fields.add(field("duration_ms", Integer.toString(1 + random.nextInt(2000))));
    }
    String checksum =
        EventChecksum.of(
            nanos, services[service], hosts[service][host], region, template.level(), text, fields);

    json.setLength(0);
    json.append("{\"timestamp\":\"").append(timestamp(nanos));
    if (plan.repeatEvery() > 0) {
      json.append("\",\"id\":\"").append(sources[source]).append('-').append(sequence);
    }
    json.append("\",\"service\":\"").append(services[service]);
    json.append("\",\"host\":\"").append(hosts[service][host]);
    json.append("\",\"region\":\"").append(region);
    json.append("\",\"level\":\"").append(template.level());
    json.append("\",\"message\":\"");
    appendEscaped(json, text);
    json.append("\",\"fields\":{");
    for (Map.Entry<String, String> field : fields) {
      json.append('"').append(field.getKey()).append("\":");
      boolean number = field.getKey().equals(SEQUENCE_FIELD) || field.getKey().endsWith("_ms");
      if (number) {
        json.append(field.getValue());
      } else {
        json.append('"').append(field.getValue()).append('"');
      }
      json.append(',');
    }
    json.append('"').append(EventChecksum.FIELD).append("\":\"").append(checksum).append("\"}}");
    return new GeneratedLog(
        keys[service],
        json.toString().getBytes(StandardCharsets.UTF_8),
        sources[source],
        sequence,
        template.level(),
        null,
        false);
  }

  private static Map.Entry<String, String> field(String key, String value) {
    return new SimpleImmutableEntry<>(key, value);
  }

  private String timestamp(long nanos) {
    long second = Math.floorDiv(nanos, 1_000_000_000L);
    if (second != cachedSecond) {
      cachedSecond = second;
      cachedSecondText = SECOND.format(Instant.ofEpochSecond(second));
    }
    int micros = (int) (Math.floorMod(nanos, 1_000_000_000L) / 1000);
    // A leading one keeps the zeros; it is cut off again.
    return cachedSecondText + '.' + Integer.toString(1_000_000 + micros).substring(1) + 'Z';
  }

  private static String hex(long value, int digits) {
    StringBuilder text = new StringBuilder(digits);
    appendHex(text, value, digits);
    return text.toString();
  }

  static void appendHex(StringBuilder target, long value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      target.append(Character.forDigit((int) (value >>> shift) & 15, 16));
    }
  }

  private static void appendEscaped(StringBuilder target, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> target.append("\\\"");
        case '\\' -> target.append("\\\\");
        case '\n' -> target.append("\\n");
        case '\t' -> target.append("\\t");
        default -> target.append(c);
      }
    }
  }
}
