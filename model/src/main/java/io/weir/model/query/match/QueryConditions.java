package io.weir.model.query.match;

import io.weir.model.json.DocumentFields;
import io.weir.model.json.FieldTerms;
import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import io.weir.model.query.Query;
import io.weir.model.query.QueryFields;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Compiles the clauses of a query to conditions. Each mirrors what the index does with the same
 * clause: its analysis of text, its limits ({@code ignore_above}) and its order of keywords, which
 * is by code point.
 */
final class QueryConditions {
  /** Longer keywords are stored but not indexed: {@code ignore_above} of the index template. */
  static final int MAX_KEYWORD_CHARS = 1024;

  private QueryConditions() {}

  static Predicate<MatchedEvent> of(Query query) {
    if (query instanceof Query.MatchAll) {
      return event -> true;
    } else if (query instanceof Query.Phrase phrase) {
      return phrase(phrase.text());
    } else if (query instanceof Query.TokenPrefix prefix) {
      return tokenPrefix(prefix.prefix());
    } else if (query instanceof Query.FieldEquals equals) {
      return equality(equals);
    } else if (query instanceof Query.FieldPrefix prefix) {
      return prefix(prefix);
    } else if (query instanceof Query.FieldExists exists) {
      return existence(exists.field());
    } else if (query instanceof Query.FieldRange range) {
      return range(range);
    } else if (query instanceof Query.And and) {
      return all(and.clauses());
    } else if (query instanceof Query.Or or) {
      return any(or.clauses());
    } else if (query instanceof Query.Not not) {
      return of(not.clause()).negate();
    }
    throw new IllegalStateException("unknown query " + query);
  }

  private static Predicate<MatchedEvent> all(List<Query> clauses) {
    Predicate<MatchedEvent>[] conditions = cheapestFirst(clauses);
    return event -> {
      for (Predicate<MatchedEvent> condition : conditions) {
        if (!condition.test(event)) {
          return false;
        }
      }
      return true;
    };
  }

  private static Predicate<MatchedEvent> any(List<Query> clauses) {
    Predicate<MatchedEvent>[] conditions = cheapestFirst(clauses);
    return event -> {
      for (Predicate<MatchedEvent> condition : conditions) {
        if (condition.test(event)) {
          return true;
        }
      }
      return false;
    };
  }

  /** Most events fail on a built-in field, and then nobody needs to split their text. */
  @SuppressWarnings("unchecked")
  private static Predicate<MatchedEvent>[] cheapestFirst(List<Query> clauses) {
    return clauses.stream()
        .sorted(Comparator.comparingInt(QueryConditions::cost))
        .map(QueryConditions::of)
        .toArray(Predicate[]::new);
  }

  private static int cost(Query query) {
    if (query instanceof Query.FieldEquals equals) {
      return costOf(equals.field());
    } else if (query instanceof Query.FieldPrefix prefix) {
      return costOf(prefix.field());
    } else if (query instanceof Query.FieldExists exists) {
      return costOf(exists.field());
    } else if (query instanceof Query.Phrase || query instanceof Query.TokenPrefix) {
      return 2;
    } else if (query instanceof Query.Not not) {
      return cost(not.clause());
    } else if (query instanceof Query.And and) {
      return and.clauses().stream().mapToInt(QueryConditions::cost).max().orElse(0);
    } else if (query instanceof Query.Or or) {
      return or.clauses().stream().mapToInt(QueryConditions::cost).max().orElse(0);
    }
    return 0;
  }

  private static int costOf(String field) {
    return switch (QueryFields.kind(field)) {
      case KEYWORD, LEVEL, TIME, NUMBER -> 0;
      case STRUCTURED -> 1;
      case TEXT -> 2;
    };
  }

  // ---- text ----

  private static Predicate<MatchedEvent> phrase(String text) {
    List<String> wanted = List.copyOf(new StandardTokens().of(text));
    return switch (wanted.size()) {
      case 0 -> event -> false;
      case 1 -> event -> event.tokens().contains(wanted.get(0));
      default -> event -> Collections.indexOfSubList(event.tokens(), wanted) >= 0;
    };
  }

  private static Predicate<MatchedEvent> tokenPrefix(String text) {
    String prefix = StandardTokens.lowerCase(text);
    return event -> anyStartsWith(event.tokens(), prefix);
  }

  private static boolean anyStartsWith(List<String> values, String prefix) {
    for (String value : values) {
      if (value.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  // ---- fields ----

  private static Predicate<MatchedEvent> equality(Query.FieldEquals equals) {
    String field = equals.field();
    String value = equals.value();
    return switch (QueryFields.kind(field)) {
      case TEXT -> phrase(value);
      case LEVEL -> {
        LogLevel level = LogLevel.valueOf(value);
        yield event -> event.event().level() == level;
      }
      case KEYWORD -> keyword(field, value::equals);
      case TIME -> {
        long nanos = Timestamps.parse(value);
        yield event -> event.event().timestampNanos() == nanos;
      }
      case NUMBER -> {
        ToLongFunction<MatchedEvent> number = number(field);
        long wanted = Long.parseLong(value);
        yield event -> number.applyAsLong(event) == wanted;
      }
      case STRUCTURED -> {
        String term = FieldTerms.term(QueryFields.structuredKey(field), value);
        yield event -> event.hasTerm(term);
      }
    };
  }

  private static Predicate<MatchedEvent> prefix(Query.FieldPrefix prefix) {
    String field = prefix.field();
    String start = prefix.prefix();
    return switch (QueryFields.kind(field)) {
      case TEXT -> tokenPrefix(start);
      case KEYWORD -> keyword(field, value -> value.startsWith(start));
      case LEVEL -> event -> event.event().level().name().startsWith(start);
      case STRUCTURED -> {
        String term = FieldTerms.term(QueryFields.structuredKey(field), start);
        yield event -> anyStartsWith(event.terms(), term);
      }
      case TIME, NUMBER -> throw unchecked(prefix);
    };
  }

  private static Predicate<MatchedEvent> existence(String field) {
    return switch (QueryFields.kind(field)) {
      case KEYWORD -> keyword(field, value -> true);
      case LEVEL, TEXT, TIME, NUMBER -> event -> true;
      case STRUCTURED -> {
        String key = QueryFields.structuredKey(field);
        String value = FieldTerms.term(key, "");
        String nested = key + ".";
        yield event -> anyStartsWith(event.terms(), value) || anyStartsWith(event.terms(), nested);
      }
    };
  }

  private static Predicate<MatchedEvent> range(Query.FieldRange range) {
    String field = range.field();
    return switch (QueryFields.kind(field)) {
      case LEVEL ->
          numbers(
              range,
              event -> event.event().level().ordinal(),
              bound -> LogLevel.valueOf(bound).ordinal());
      case TIME -> numbers(range, event -> event.event().timestampNanos(), Timestamps::parse);
      case NUMBER -> numbers(range, number(field), Long::parseLong);
      case KEYWORD -> keyword(field, between(range));
      case TEXT, STRUCTURED -> throw unchecked(range);
    };
  }

  private static IllegalStateException unchecked(Query query) {
    return new IllegalStateException(query + " was not checked by EventQueries");
  }

  private static Predicate<MatchedEvent> numbers(
      Query.FieldRange range, ToLongFunction<MatchedEvent> number, ToLongFunction<String> bound) {
    Long from = range.from() == null ? null : bound.applyAsLong(range.from());
    Long to = range.to() == null ? null : bound.applyAsLong(range.to());
    return event -> {
      long value = number.applyAsLong(event);
      return (from == null || (range.fromInclusive() ? value >= from : value > from))
          && (to == null || (range.toInclusive() ? value <= to : value < to));
    };
  }

  private static Predicate<String> between(Query.FieldRange range) {
    return value -> {
      int from = range.from() == null ? 1 : byCodePoint(value, range.from());
      int to = range.to() == null ? -1 : byCodePoint(value, range.to());
      return (from > 0 || (from == 0 && range.fromInclusive()))
          && (to < 0 || (to == 0 && range.toInclusive()));
    };
  }

  /** Compares as the bytes of UTF-8 do, unlike {@link String#compareTo} beyond the first plane. */
  private static int byCodePoint(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
        return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : x - y;
      }
    }
    return a.length() - b.length();
  }

  private static Predicate<MatchedEvent> keyword(String field, Predicate<String> condition) {
    if (field.equals(DocumentFields.FLAGS)) {
      return event -> {
        for (String flag : event.flags()) {
          if (condition.test(flag)) {
            return true;
          }
        }
        return false;
      };
    }
    Function<MatchedEvent, String> keyword = keyword(field);
    return event -> {
      String value = keyword.apply(event);
      return value != null && value.length() <= MAX_KEYWORD_CHARS && condition.test(value);
    };
  }

  private static Function<MatchedEvent, String> keyword(String field) {
    return switch (field) {
      case DocumentFields.SERVICE -> event -> event.event().service();
      case DocumentFields.HOST -> event -> event.event().host();
      case DocumentFields.REGION -> event -> event.event().region();
      case DocumentFields.ID -> event -> event.event().producerId();
      case DocumentFields.KAFKA_TOPIC -> event -> event.event().topic();
      default -> throw new IllegalStateException("no keyword " + field);
    };
  }

  private static ToLongFunction<MatchedEvent> number(String field) {
    return switch (field) {
      case DocumentFields.KAFKA_PARTITION -> event -> event.event().partition();
      case DocumentFields.KAFKA_OFFSET -> event -> event.event().offset();
      default -> throw new IllegalStateException("no number " + field);
    };
  }
}
