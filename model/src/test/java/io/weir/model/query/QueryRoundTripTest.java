package io.weir.model.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class QueryRoundTripTest {
  private static final QueryLimits WIDE = new QueryLimits(1 << 20, 10_000, 200);

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void readsBackWhatItPrints(@ForAll("queries") Query query) {
    String text = QueryPrinter.print(query);

    assertThat(QueryPrinter.withoutPositions(QueryParser.parse(text, WIDE))).isEqualTo(query);
  }

  @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
  void anyTextIsAQueryOrASyntaxError(@ForAll("texts") String text) {
    Query query;
    try {
      query = QueryParser.parse(text, WIDE);
    } catch (QuerySyntaxException e) {
      assertThat(e.position()).isBetween(0, text.length());
      assertThat(e).hasMessageEndingWith(" at " + e.position());
      return;
    }
    String printed = QueryPrinter.print(query);
    Query again = QueryParser.parse(printed, WIDE);
    assertThat(QueryPrinter.withoutPositions(again))
        .isEqualTo(QueryPrinter.withoutPositions(query));
    assertThat(QueryPrinter.print(again)).isEqualTo(printed);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> syntax =
        Arbitraries.of(
            " ",
            "a",
            "b*",
            "AND",
            "OR",
            "NOT",
            "-",
            "(",
            ")",
            "\"",
            "\\",
            ":",
            "*",
            "[",
            "]",
            "{",
            "}",
            "TO",
            ">",
            "<",
            "=",
            "level",
            "ERROR",
            "timestamp",
            "2026-03-29",
            "7",
            ".",
            "é",
            "\u00a0",
            "\ud83d\ude00",
            "fields.",
            "\u0000",
            "message:",
            "host:",
            " AND ",
            " TO ");
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(30),
        syntax.list().ofMaxSize(20).map(parts -> String.join("", parts)));
  }

  @Provide
  Arbitrary<Query> queries() {
    return tree(3);
  }

  private static Arbitrary<Query> tree(int depth) {
    Arbitrary<Query> terms = terms();
    if (depth == 0) {
      return terms;
    }
    Arbitrary<Query> below = tree(depth - 1);
    Arbitrary<Query> and =
        below
            .filter(q -> !(q instanceof Query.And))
            .list()
            .ofMinSize(2)
            .ofMaxSize(4)
            .map(Query.And::new);
    Arbitrary<Query> or =
        below
            .filter(q -> !(q instanceof Query.Or))
            .list()
            .ofMinSize(2)
            .ofMaxSize(4)
            .map(Query.Or::new);
    return Arbitraries.oneOf(List.of(terms, and, or, below.map(Query.Not::new)));
  }

  private static Arbitrary<Query> terms() {
    Arbitrary<String> values = Arbitraries.strings().ofMaxLength(12);
    Arbitrary<String> words =
        Arbitraries.oneOf(
            Arbitraries.strings().withChars("abyzäß0_").ofMinLength(1).ofMaxLength(6),
            Arbitraries.of("AND", "OR", "NOT", "TO"));
    Arbitrary<String> fields =
        Arbitraries.oneOf(
                Arbitraries.of("service", "host", "id", "user_id", "AND", "fields.service", "a b"),
                Arbitraries.strings().ofMinLength(1).ofMaxLength(8))
            .map(QueryFields::canonical)
            .filter(QueryRoundTripTest::takesAnyValue);
    Arbitrary<Query> byField =
        Combinators.combine(fields, values).as((f, v) -> new Query.FieldEquals(f, v, 0));
    Arbitrary<Query> byPrefix =
        Combinators.combine(fields, values.filter(v -> !v.isEmpty()))
            .as((f, v) -> new Query.FieldPrefix(f, v, 0));
    Arbitrary<Query> byRange =
        Combinators.combine(
                fields,
                values.injectNull(0.2),
                Arbitraries.of(true, false),
                values,
                Arbitraries.of(true, false))
            .as(
                (f, from, fromInclusive, to, toInclusive) ->
                    new Query.FieldRange(
                        f, from, from != null && fromInclusive, to, toInclusive, 0));
    Arbitrary<Query> byLevel =
        Arbitraries.of(LogLevel.class).map(l -> new Query.FieldEquals("level", l.name(), 0));
    Arbitrary<Query> byTime =
        Arbitraries.longs()
            .between(0, Long.MAX_VALUE)
            .map(
                t -> new Query.FieldRange("timestamp", Timestamps.format(t), true, null, false, 0));
    return Arbitraries.oneOf(
        List.of(
            values.filter(v -> !v.isBlank()).map(v -> (Query) new Query.Phrase(v, 0)),
            words.map(w -> (Query) new Query.TokenPrefix(w, 0)),
            Arbitraries.just((Query) new Query.MatchAll()),
            fields.map(f -> (Query) new Query.FieldExists(f, 0)),
            byField,
            byPrefix,
            byRange,
            byLevel,
            byTime));
  }

  private static boolean takesAnyValue(String field) {
    QueryFields.Kind kind = QueryFields.kind(field);
    return kind == QueryFields.Kind.KEYWORD || kind == QueryFields.Kind.STRUCTURED;
  }
}
