package io.weir.gateway.promql;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.elasticsearch.QueryCompiler;
import io.weir.gateway.promql.PromExpression.Matcher;
import io.weir.gateway.promql.SelectorNarrowing.UnknownSyntaxException;
import io.weir.gateway.search.LogFilter;
import io.weir.gateway.search.TimeRange;
import io.weir.model.index.PromotedFields;
import io.weir.model.query.Query;
import io.weir.model.query.QueryParser;
import io.weir.model.query.QueryPrinter;
import io.weir.model.query.QuerySyntaxException;
import io.weir.model.query.UnanswerableQueryException;
import io.weir.model.query.match.EventMatcher;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Both query languages against texts that look like them: an answer or an error, and never more.
 */
class QueryFuzzTest {
  private static final Matcher MINE = Matcher.anyOf("service", Set.of("mine"));
  private static final String CONDITION = "service=~\"mine\"";

  @Property(tries = 4_000)
  void aQueryIsReadOrRefusedAtAPlace(@ForAll("queries") String text) {
    Query query;
    try {
      query = QueryParser.parse(text);
    } catch (QuerySyntaxException e) {
      assertThat(e.position()).isBetween(0, text.length());
      return;
    }
    assertThat(QueryPrinter.print(QueryParser.parse(QueryPrinter.print(query))))
        .isEqualTo(QueryPrinter.print(query));
    try {
      new QueryCompiler(PromotedFields.NONE)
          .compile(
              new LogFilter(Set.of(), Set.of(), Set.of(), query), new TimeRange(0, 1_000_000_000));
    } catch (InvalidRequestException e) {
      assertThat(e.errors()).isNotEmpty();
    }
    try {
      EventMatcher.of(query);
    } catch (UnanswerableQueryException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<String> queries() {
    return words(
        "service:",
        "level:",
        "a",
        "b.c:",
        "\"",
        "\\",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        " TO ",
        "*",
        "?",
        "AND",
        " OR ",
        "NOT ",
        "-",
        "+",
        ":",
        ">",
        "<=",
        "/",
        "~",
        "^",
        " ",
        "1",
        "2026-03-29",
        "\u00e4",
        "\ud83d\ude00",
        "\u0000",
        "\n",
        "_exists_:");
  }

  /** Every place where a name could be read as series has the condition, or all is refused. */
  @Property(tries = 20_000)
  void whatIsNarrowedNamesNoSeriesOutsideOfTheCondition(@ForAll("promQueries") String text) {
    String narrowed;
    try {
      narrowed = SelectorNarrowing.narrow(text, MINE);
    } catch (UnknownSyntaxException e) {
      assertThat(e.getMessage()).startsWith("at character");
      return;
    }
    // Narrowing once more adds one condition to each selector, so that it finds the same places.
    String twice = SelectorNarrowing.narrow(narrowed, MINE);
    int selectors = count(narrowed, CONDITION);
    assertThat(count(twice, CONDITION)).isEqualTo(2 * selectors);
    assertThat(count(withoutStrings(narrowed), "{")).isEqualTo(selectors);
    // Without its selectors nothing is left that could be the name of a metric.
    String rest =
        withoutStrings(narrowed).replaceAll("[a-zA-Z_:][a-zA-Z0-9_:]*\\s*\\{[^}]*}", " 1 ");
    rest = rest.replaceAll("\\{[^}]*}", " 1 ");
    rest = rest.replaceAll("(?i)\\b(by|without)\\s*\\([^)]*\\)", " 1 ");
    rest = rest.replaceAll("(?i)\\b(on|ignoring|group_left|group_right)\\s*\\([^)]*\\)", " ~ ");
    rest = rest.replaceAll("(?i)\\b(group_left|group_right|bool)\\b", " ~ ");
    rest = rest.replaceAll("\\[[^]]*]", " 1 ").replaceAll("[a-zA-Z_]+\\s*(?=\\()", " ");
    rest =
        rest.replaceAll("(?i)\\b(sum|max|topk)\\b", " ").replaceAll("(?i)\\b(inf|nan)\\b", " 1 ");
    rest =
        rest.replaceAll(
            "(?<![a-zA-Z_:0-9])(0[xX][0-9a-fA-F]+|([0-9.]+([eE][+-]?[0-9]+)?(ms|[smhdwy])?)+)",
            " 1 ");
    // Between two expressions these are operators, elsewhere they are metrics of that name.
    rest = rest.replaceAll("(?i)(?<=[1)]\\s{0,99})(and|or|unless|atan2|offset)\\b", " ~ ");
    assertThat(rest).as(text + " -> " + narrowed).doesNotContainPattern("[a-zA-Z_]");
  }

  @Provide
  Arbitrary<String> promQueries() {
    return words(
        "up",
        "a:b",
        "sum",
        "max ",
        "rate",
        "topk",
        "by",
        "on",
        "offset ",
        "or",
        " and ",
        "bool ",
        "group_left",
        "inf",
        "start",
        "end",
        "@",
        "(",
        ")",
        "{",
        "}",
        "[5m]",
        "[",
        "]",
        "\"x\"",
        "'",
        "`",
        "\"",
        "\\",
        "x=",
        "x=\"y\"",
        "=~",
        "!=",
        "==",
        "=",
        ",",
        " ",
        "\n",
        "#",
        "1",
        "5m",
        "1e",
        "0x1F",
        ".5",
        "-",
        "+",
        "/",
        "*",
        "info",
        "WITH",
        ":");
  }

  private static Arbitrary<String> words(String... words) {
    return Arbitraries.of(List.of(words))
        .list()
        .ofMaxSize(14)
        .map(list -> list.stream().collect(Collectors.joining()));
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private static String withoutStrings(String text) {
    return text.replaceAll("\"(\\\\.|[^\"\\\\])*\"|'(\\\\.|[^'\\\\])*'|`[^`]*`", "S")
        .replace("S", " 0 ");
  }
}
