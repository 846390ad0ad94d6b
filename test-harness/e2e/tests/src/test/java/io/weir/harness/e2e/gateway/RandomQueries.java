package io.weir.harness.e2e.gateway;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import io.weir.model.query.Query;
import io.weir.model.query.QueryFields;
import io.weir.model.query.QueryLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Queries over the whole language, made of what {@link RandomLogs} are made of. */
final class RandomQueries {
  private static final int DEPTH = 3;
  private static final List<String> KEYWORDS =
      List.of("service", "host", "region", "id", "kafka_topic");
  private static final List<String> FLAGS =
      List.of(
          "timestamp_missing", "timestamp_in_future", "level_inferred", "field_terms_truncated");
  private static final List<String> SCALARS =
      List.of("0", "1", "2", "3", "1.5", "1.50", "true", "false", "null", "");

  private final Random random;
  private final List<LogEvent> events;

  RandomQueries(Random random, List<LogEvent> events) {
    this.random = random;
    this.events = events;
  }

  Query next() {
    return tree(random.nextInt(DEPTH + 1));
  }

  private Query tree(int depth) {
    if (depth == 0) {
      return term();
    }
    return switch (random.nextInt(4)) {
      case 0 -> new Query.And(clauses(depth, Query.And.class));
      case 1 -> new Query.Or(clauses(depth, Query.Or.class));
      case 2 -> new Query.Not(tree(depth - 1));
      default -> term();
    };
  }

  /** The parser spreads out a conjunction inside a conjunction. */
  private List<Query> clauses(int depth, Class<? extends Query> notOf) {
    List<Query> clauses = new ArrayList<>();
    int count = 2 + random.nextInt(2);
    while (clauses.size() < count) {
      Query clause = tree(depth - 1);
      if (!notOf.isInstance(clause)) {
        clauses.add(clause);
      }
    }
    return clauses;
  }

  private Query term() {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextInt(5) == 0 ? new Query.MatchAll() : words();
      case 1, 2 -> words();
      case 3 -> tokenPrefix();
      case 4 -> keyword();
      case 5 -> level();
      case 6 -> time();
      case 7 -> number();
      case 8 -> existence();
      case 9 -> structuredPrefix();
      default -> structured();
    };
  }

  /** A part of a message that there is, or words that nobody wrote so. */
  private Query words() {
    String text;
    if (random.nextBoolean()) {
      String message = event().message();
      int from = random.nextInt(message.length());
      int to = from + 1 + random.nextInt(Math.min(40, message.length() - from));
      text = whole(message, from, to);
    } else {
      text = any(RandomLogs.WORDS) + (random.nextBoolean() ? " " + any(RandomLogs.WORDS) : "");
    }
    if (text.isBlank()) {
      text = "card";
    }
    return random.nextInt(4) == 0
        ? new Query.FieldEquals("message", text, 0)
        : new Query.Phrase(text, 0);
  }

  private Query tokenPrefix() {
    String word = any(RandomLogs.WORDS);
    String prefix = whole(word, 0, 1 + random.nextInt(Math.min(6, word.length())));
    // A prefix is one word: letters and digits.
    boolean oneWord = prefix.codePoints().allMatch(Character::isLetterOrDigit);
    return new Query.TokenPrefix(oneWord ? prefix : "co", 0);
  }

  private Query keyword() {
    if (random.nextInt(5) == 0) {
      return new Query.FieldEquals("flags", any(FLAGS), 0);
    }
    String field = any(KEYWORDS);
    String value = field.equals("kafka_topic") ? event().topic() : any(RandomLogs.NAMES);
    return switch (random.nextInt(3)) {
      case 0 -> new Query.FieldEquals(field, value, 0);
      case 1 -> new Query.FieldPrefix(field, prefixOf(value), 0);
      default -> {
        String from = random.nextInt(4) == 0 ? null : bound();
        String to = from != null && random.nextInt(4) == 0 ? null : bound();
        yield range(field, from, to);
      }
    };
  }

  private Query level() {
    String level = any(LogLevel.values()).name();
    return switch (random.nextInt(3)) {
      case 0 -> new Query.FieldEquals("level", level, 0);
      case 1 -> new Query.FieldPrefix("level", prefixOf(level), 0);
      default -> range("level", level, random.nextBoolean() ? null : any(LogLevel.values()).name());
    };
  }

  private Query time() {
    String time = Timestamps.format(event().timestampNanos());
    return random.nextInt(3) == 0
        ? new Query.FieldEquals("timestamp", time, 0)
        : range(
            "timestamp",
            time,
            random.nextBoolean() ? null : Timestamps.format(event().timestampNanos()));
  }

  private Query number() {
    if (random.nextBoolean()) {
      return new Query.FieldEquals("kafka_partition", Integer.toString(random.nextInt(5)), 0);
    }
    String bound = Long.toString(event().offset());
    return random.nextBoolean()
        ? new Query.FieldEquals("kafka_offset", bound, 0)
        : range(
            "kafka_offset", random.nextBoolean() ? null : bound, Long.toString(event().offset()));
  }

  private Query existence() {
    List<String> fields =
        List.of("host", "region", "id", "flags", "message", "level", "http", "a", "no_such");
    return new Query.FieldExists(random.nextBoolean() ? any(fields) : structuredField(), 0);
  }

  private Query structured() {
    String value =
        switch (random.nextInt(3)) {
          case 0 -> any(SCALARS);
          case 1 -> any(RandomLogs.NAMES);
          default -> any(RandomLogs.WORDS);
        };
    return new Query.FieldEquals(structuredField(), value, 0);
  }

  private Query structuredPrefix() {
    String value = random.nextBoolean() ? any(RandomLogs.NAMES) : any(RandomLogs.WORDS);
    return new Query.FieldPrefix(structuredField(), prefixOf(value), 0);
  }

  private String structuredField() {
    String key = any(RandomLogs.KEYS);
    return QueryFields.canonical(random.nextInt(4) == 0 ? "http." + key : key);
  }

  private Query range(String field, String from, String to) {
    return new Query.FieldRange(
        field,
        from,
        from != null && random.nextBoolean(),
        to,
        to != null && random.nextBoolean(),
        0);
  }

  private String bound() {
    String name = any(RandomLogs.NAMES);
    return name.substring(0, Math.min(name.length(), QueryLimits.MAX_PREFIX_LENGTH));
  }

  private String prefixOf(String value) {
    return whole(value, 0, 1 + random.nextInt(Math.min(4, value.length())));
  }

  /** Cuts no pair of surrogates apart. */
  private static String whole(String text, int from, int to) {
    int start = Character.isLowSurrogate(text.charAt(from)) ? from - 1 : from;
    int end = to < text.length() && Character.isLowSurrogate(text.charAt(to)) ? to + 1 : to;
    return text.substring(start, end);
  }

  private LogEvent event() {
    return events.get(random.nextInt(events.size()));
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private <T> T any(T[] of) {
    return of[random.nextInt(of.length)];
  }
}
