package io.weir.gateway.elasticsearch;

import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.query_dsl.BoolQuery;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.json.JsonData;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.search.LogFilter;
import io.weir.gateway.search.TimeRange;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.DocumentFields;
import io.weir.model.json.FieldTerms;
import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import io.weir.model.query.QueryFields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Compiles a filter to an Elasticsearch query. Everything stands in filter context: nothing is
 * scored, so shards can cache and skip.
 *
 * <p>Text is matched as the index analyses it: a phrase as {@code match_phrase} on the message, a
 * token prefix as a {@code prefix} of a lower-cased token. Structured fields are looked up in
 * {@link DocumentFields#FIELD_TERMS} as {@code key=value}; that array has no order, so a range over
 * a structured field is refused unless the field is {@linkplain PromotedFields promoted}. A
 * promoted field is looked up in its column and among the terms: documents from before the
 * promotion and values that did not convert are found as well.
 */
public final class QueryCompiler {
  private final PromotedFields promoted;

  /**
   * Makes a compiler.
   *
   * @param promoted structured fields with a column, as the logs job writes them
   */
  public QueryCompiler(PromotedFields promoted) {
    this.promoted = Objects.requireNonNull(promoted, "promoted");
  }

  /**
   * Compiles the whole condition.
   *
   * @throws InvalidRequestException if the query asks what the index cannot answer, with the
   *     position in the query text
   */
  public Query compile(LogFilter filter, TimeRange range) {
    List<Query> conditions = new ArrayList<>();
    conditions.add(within(range));
    conditions.addAll(fields(filter));
    return Query.of(q -> q.bool(b -> b.filter(conditions)));
  }

  /** Compiles the filter alone, for what is bounded in time by other means. */
  List<Query> fields(LogFilter filter) {
    List<Query> conditions = new ArrayList<>();
    anyOf(DocumentFields.SERVICE, filter.services()).ifPresent(conditions::add);
    anyOf(DocumentFields.HOST, filter.hosts()).ifPresent(conditions::add);
    anyOf(DocumentFields.LEVEL, filter.levels().stream().map(LogLevel::name).sorted().toList())
        .ifPresent(conditions::add);
    if (!(filter.query() instanceof io.weir.model.query.Query.MatchAll)) {
      conditions.add(compile(filter.query()));
    }
    return conditions;
  }

  /** Event times of the range, in the nine digits that the documents hold. */
  static Query within(TimeRange range) {
    return Query.of(
        q ->
            q.range(
                r ->
                    r.date(
                        d ->
                            d.field(DocumentFields.TIMESTAMP)
                                .gte(Timestamps.format(range.fromNanos()))
                                .lt(Timestamps.format(range.toNanos())))));
  }

  private static Optional<Query> anyOf(String field, Collection<String> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    List<FieldValue> terms = values.stream().sorted().map(FieldValue::of).toList();
    return Optional.of(Query.of(q -> q.terms(t -> t.field(field).terms(v -> v.value(terms)))));
  }

  /** Compiles one tree of the query language. */
  Query compile(io.weir.model.query.Query query) {
    if (query instanceof io.weir.model.query.Query.MatchAll) {
      return Query.of(q -> q.matchAll(m -> m));
    } else if (query instanceof io.weir.model.query.Query.Phrase phrase) {
      return Query.of(
          q -> q.matchPhrase(m -> m.field(DocumentFields.MESSAGE).query(phrase.text())));
    } else if (query instanceof io.weir.model.query.Query.TokenPrefix prefix) {
      return prefix(DocumentFields.MESSAGE, lowerCase(prefix.prefix()));
    } else if (query instanceof io.weir.model.query.Query.FieldEquals equals) {
      return equality(equals);
    } else if (query instanceof io.weir.model.query.Query.FieldPrefix prefix) {
      return fieldPrefix(prefix);
    } else if (query instanceof io.weir.model.query.Query.FieldExists exists) {
      return existence(exists);
    } else if (query instanceof io.weir.model.query.Query.FieldRange range) {
      return range(range);
    } else if (query instanceof io.weir.model.query.Query.And and) {
      return all(and.clauses());
    } else if (query instanceof io.weir.model.query.Query.Or or) {
      List<Query> alternatives = or.clauses().stream().map(this::compile).toList();
      return Query.of(q -> q.bool(b -> b.should(alternatives).minimumShouldMatch("1")));
    } else if (query instanceof io.weir.model.query.Query.Not not) {
      Query excluded = compile(not.clause());
      return Query.of(q -> q.bool(b -> b.mustNot(excluded)));
    }
    throw new IllegalStateException("unknown query " + query);
  }

  /** Conditions and exclusions of one conjunction share one bool query. */
  private Query all(List<io.weir.model.query.Query> clauses) {
    BoolQuery.Builder bool = new BoolQuery.Builder();
    for (io.weir.model.query.Query clause : clauses) {
      if (clause instanceof io.weir.model.query.Query.Not not) {
        bool.mustNot(compile(not.clause()));
      } else {
        bool.filter(compile(clause));
      }
    }
    return bool.build()._toQuery();
  }

  private Query equality(io.weir.model.query.Query.FieldEquals equals) {
    String field = equals.field();
    return switch (QueryFields.kind(field)) {
      case TEXT -> Query.of(q -> q.matchPhrase(m -> m.field(field).query(equals.value())));
      case NUMBER -> term(field, FieldValue.of(Long.parseLong(equals.value())));
      case KEYWORD, LEVEL, TIME -> term(field, FieldValue.of(equals.value()));
      case STRUCTURED -> structuredEquality(QueryFields.structuredKey(field), equals.value());
    };
  }

  private Query structuredEquality(String key, String value) {
    Query term = term(DocumentFields.FIELD_TERMS, FieldValue.of(FieldTerms.term(key, value)));
    Optional<FieldValue> typed =
        promoted
            .typeOf(key)
            .flatMap(
                type ->
                    type == PromotedFields.Type.KEYWORD
                        ? Optional.of(FieldValue.of(value))
                        : number(value).map(QueryCompiler::fieldValue));
    return typed.map(v -> anyOf(term(PromotedFields.column(key), v), term)).orElse(term);
  }

  private Query fieldPrefix(io.weir.model.query.Query.FieldPrefix prefix) {
    String field = prefix.field();
    return switch (QueryFields.kind(field)) {
      case STRUCTURED -> structuredPrefix(QueryFields.structuredKey(field), prefix.prefix());
      case KEYWORD, LEVEL -> prefix(field, prefix.prefix());
      case TEXT -> prefix(field, lowerCase(prefix.prefix()));
      case TIME, NUMBER -> throw refused(field, "takes no prefix", prefix.position());
    };
  }

  /** Numbers have no prefix of their own, only the text that was written. */
  private Query structuredPrefix(String key, String text) {
    Query terms = termsPrefix(FieldTerms.term(key, text));
    return promoted.typeOf(key).filter(type -> type == PromotedFields.Type.KEYWORD).isPresent()
        ? anyOf(prefix(PromotedFields.column(key), text), terms)
        : terms;
  }

  /** A structured field is there if it has a value itself, or if it is an object that has some. */
  private Query existence(io.weir.model.query.Query.FieldExists exists) {
    String field = exists.field();
    if (QueryFields.kind(field) != QueryFields.Kind.STRUCTURED) {
      return Query.of(q -> q.exists(e -> e.field(field)));
    }
    String key = QueryFields.structuredKey(field);
    Query value = termsPrefix(FieldTerms.term(key, ""));
    Query nested = termsPrefix(key + ".");
    if (promoted.typeOf(key).isEmpty()) {
      return anyOf(value, nested);
    }
    String column = PromotedFields.column(key);
    return anyOf(Query.of(q -> q.exists(e -> e.field(column))), value, nested);
  }

  private Query range(io.weir.model.query.Query.FieldRange range) {
    String field = range.field();
    return switch (QueryFields.kind(field)) {
      case LEVEL -> levels(range);
      case TIME, KEYWORD -> bounds(field, range, JsonData::of);
      case NUMBER -> bounds(field, range, bound -> JsonData.of(Long.parseLong(bound)));
      case TEXT -> throw refused(field, "takes words and phrases, no range", range.position());
      case STRUCTURED -> structuredRange(QueryFields.structuredKey(field), range);
    };
  }

  private Query structuredRange(String key, io.weir.model.query.Query.FieldRange range) {
    PromotedFields.Type type =
        promoted
            .typeOf(key)
            .orElseThrow(
                () ->
                    refused(
                        range.field(),
                        "is a structured field without an order; ranges work on timestamp, level,"
                            + " service, host, region, the kafka_ fields and promoted fields"
                            + promotedNames(),
                        range.position()));
    String column = PromotedFields.column(key);
    if (type == PromotedFields.Type.KEYWORD) {
      return bounds(column, range, JsonData::of);
    }
    return bounds(
        column,
        range,
        bound ->
            number(bound)
                .map(JsonData::of)
                .orElseThrow(
                    () ->
                        refused(
                            range.field(),
                            "holds numbers, '" + bound + "' is none",
                            range.position())));
  }

  private String promotedNames() {
    return promoted.isEmpty() ? "" : " (" + String.join(", ", promoted.types().keySet()) + ")";
  }

  /** Returns a Long where the text is one, a Double for other numbers, nothing for the rest. */
  private static Optional<Number> number(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      try {
        return Optional.of(number.longValueExact());
      } catch (ArithmeticException e) { // a fraction, or larger than a long
        double value = number.doubleValue();
        return Double.isInfinite(value) ? Optional.empty() : Optional.of(value);
      }
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static FieldValue fieldValue(Number number) {
    return number instanceof Long whole
        ? FieldValue.of(whole)
        : FieldValue.of(number.doubleValue());
  }

  private static Query anyOf(Query... alternatives) {
    return Query.of(q -> q.bool(b -> b.should(List.of(alternatives)).minimumShouldMatch("1")));
  }

  private static Query bounds(
      String field, io.weir.model.query.Query.FieldRange range, Function<String, JsonData> value) {
    return Query.of(
        q ->
            q.range(
                r ->
                    r.untyped(
                        u -> {
                          u.field(field);
                          if (range.from() != null) {
                            JsonData from = value.apply(range.from());
                            u = range.fromInclusive() ? u.gte(from) : u.gt(from);
                          }
                          if (range.to() != null) {
                            JsonData to = value.apply(range.to());
                            u = range.toInclusive() ? u.lte(to) : u.lt(to);
                          }
                          return u;
                        })));
  }

  /** Severity is an order of names, so a range of it is the list of levels inside. */
  private static Query levels(io.weir.model.query.Query.FieldRange range) {
    Predicate<LogLevel> inside = level -> true;
    if (range.from() != null) {
      int from = LogLevel.valueOf(range.from()).ordinal();
      inside = level -> range.fromInclusive() ? level.ordinal() >= from : level.ordinal() > from;
    }
    if (range.to() != null) {
      int to = LogLevel.valueOf(range.to()).ordinal();
      inside =
          inside.and(level -> range.toInclusive() ? level.ordinal() <= to : level.ordinal() < to);
    }
    List<String> names =
        Arrays.stream(LogLevel.values()).filter(inside).map(LogLevel::name).toList();
    return anyOf(DocumentFields.LEVEL, names).orElseGet(() -> Query.of(q -> q.matchNone(m -> m)));
  }

  private static Query term(String field, FieldValue value) {
    return Query.of(q -> q.term(t -> t.field(field).value(value)));
  }

  /** No term is longer than the limit, and of a much longer prefix the index makes an error. */
  private static Query termsPrefix(String prefix) {
    return prefix.length() > FieldTerms.MAX_TERM_CHARS
        ? Query.of(q -> q.matchNone(m -> m))
        : prefix(DocumentFields.FIELD_TERMS, prefix);
  }

  private static Query prefix(String field, String prefix) {
    return Query.of(q -> q.prefix(p -> p.field(field).value(prefix)));
  }

  /** Lower case as Lucene's filter makes it: code point by code point, without a locale. */
  private static String lowerCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
    return lower.toString();
  }

  private static InvalidRequestException refused(String field, String reason, int position) {
    return new InvalidRequestException("q", "'" + field + "' " + reason, position);
  }
}
