package io.weir.model.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.query.Query.And;
import io.weir.model.query.Query.FieldEquals;
import io.weir.model.query.Query.FieldExists;
import io.weir.model.query.Query.FieldPrefix;
import io.weir.model.query.Query.FieldRange;
import io.weir.model.query.Query.MatchAll;
import io.weir.model.query.Query.Not;
import io.weir.model.query.Query.Or;
import io.weir.model.query.Query.Phrase;
import io.weir.model.query.Query.TokenPrefix;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParserTest {

  @Test
  void readsTheQueryOfTheContract() {
    Query query =
        QueryParser.parse(
            "service:payments level:(ERROR OR WARN) \"connection refused\" user_id:42 -health");

    assertThat(query)
        .isEqualTo(
            new And(
                List.of(
                    new FieldEquals("service", "payments", 0),
                    new Or(
                        List.of(
                            new FieldEquals("level", "ERROR", 17),
                            new FieldEquals("level", "WARN", 17))),
                    new Phrase("connection refused", 39),
                    new FieldEquals("user_id", "42", 60),
                    new Not(new Phrase("health", 72)))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\t\n", "*", " * ", "message:*"})
  void matchesEverythingWhereNothingIsAsked(String text) {
    assertThat(QueryParser.parse(text)).isEqualTo(new MatchAll());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a b | a AND b",
        "a AND b | a AND b",
        "a b OR c d | a AND b OR c AND d",
        "(a OR b) c | (a OR b) AND c",
        "((a)) | a",
        "(a AND b) c | a AND b AND c",
        "(a OR b) OR c | a OR b OR c",
        "NOT a | NOT a",
        "-a b | NOT a AND b",
        "NOT (a b) | NOT (a AND b)",
        "-(a OR b) | NOT (a OR b)",
        "NOT NOT a | NOT NOT a",
        "and or not | and AND or AND not",
        "level:(error OR warning) | level:ERROR OR level:WARN",
        "level:err | level:ERROR",
        "severity:crit | level:FATAL",
        "level:(NOT DEBUG) | NOT level:DEBUG",
        "level:(-DEBUG -TRACE) | NOT level:DEBUG AND NOT level:TRACE",
        "level:>=warn | level:[WARN TO *}",
        "level:w* | level:W*",
        "a:(b (c OR d)) | a:b AND (a:c OR a:d)",
        "conn* | conn*",
        "host:web-* | host:web-*",
        "user_id:* | user_id:*",
        "user_id:[* TO *] | user_id:*",
        "status:[500 TO 599] | status:[500 TO 599]",
        "status:{500 TO 599} | status:{500 TO 599}",
        "status:[500 TO 599} | status:[500 TO 599}",
        "status:[ 500  TO  599 ] | status:[500 TO 599]",
        "status:[500 TO *] | status:[500 TO *}",
        "status:>=500 | status:[500 TO *}",
        "status:>500 | status:{500 TO *}",
        "status:<500 | status:{* TO 500}",
        "status:<=-5 | status:{* TO \"-5\"]",
        "status:(>=500 AND <600) | status:[500 TO *} AND status:{* TO 600}",
        "status:([500 TO 599] OR 404) | status:[500 TO 599] OR status:404",
        "name:[\"a b\" TO \"*\"] | name:[\"a b\" TO \"*\"]",
        "timestamp:>=2026-03-29T10:00Z | timestamp:[\"2026-03-29T10:00:00.000000000Z\" TO *}",
        "@timestamp:<2026-03-29 | timestamp:{* TO \"2026-03-29T00:00:00.000000000Z\"}",
        "timestamp:1711706400 | timestamp:\"2024-03-29T10:00:00.000000000Z\"",
        "kafka_partition:007 | kafka_partition:7",
        "fields.user_id:42 | user_id:42",
        "fields.service:x | fields.service:x",
        "fields.hostname:x | fields.hostname:x",
        "fields.fields.a:x | fields.fields.a:x",
        "service.name:x | service:x",
        "message:refused | refused",
        "message:\"connection refused\" | \"connection refused\"",
        "message:conn* | conn*",
        "message:(a OR b*) | a OR b*",
        "path:/a/b:c | path:\"/a/b:c\"",
        "connection-refused | connection-refused",
        "10:00 | \"10:00\"",
        "[ERROR] | \"[ERROR]\"",
        "a\\ b | \"a b\"",
        "a\\:b | \"a:b\"",
        "a\\*b | \"a*b\"",
        "\\-a | \"-a\"",
        "my\\ field:x | my\\ field:x",
        "user: | ",
        "user:\"\" | user:\"\"",
        "\"say \\\"hi\\\" \\\\ \\n \\u0041\" | \"say \\\"hi\\\" \\\\ \\u000a A\"",
        "müller | \"müller\"",
        "größe:5 | größe:5",
      })
  void hasOneCanonicalText(String text, String canonical) {
    if (canonical == null) {
      assertThatThrownBy(() -> QueryParser.parse(text)).isInstanceOf(QuerySyntaxException.class);
    } else {
      assertThat(QueryPrinter.print(QueryParser.parse(text))).isEqualTo(canonical);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "service:payments ) | unexpected ')' at 17",
        "level:(ERROR) ) | unexpected ')' at 14",
        "() | unexpected ')' at 1",
        "( | expected a term at 1",
        "(a | expected ')' at 2",
        "(a)b | unexpected 'b' at 3",
        "AND a | unexpected AND at 0",
        "a OR OR b | unexpected OR at 5",
        "a OR | expected a term after OR at 4",
        "a AND | expected a term after AND at 5",
        "a NOT | expected a term after NOT at 5",
        "a AND ) | unexpected ')' at 6",
        "a - b | expected a term directly after '-' at 3",
        "- | expected a term directly after '-' at 1",
        "service: payments | expected a value after 'service:' at 8",
        "service: | expected a value after 'service:' at 8",
        ":x | unexpected ':' at 0",
        "a,b:c | unexpected ':' at 3",
        "level:(ERROR OR service:x) | unexpected ':' at 23",
        "*a | unexpected '*' at 0",
        "a*b | unexpected '*' at 1",
        "a** | unexpected '*' at 1",
        "ho*st:x | unexpected '*' at 2",
        "connection-re* | a prefix is a single word, 'connection-re*' is several at 0",
        "\"abc | the quote is not closed, it opens at 0",
        "\"\" | the phrase is empty at 0",
        "message:\" \" | the phrase is empty at 0",
        "\"a\"b | unexpected 'b' at 3",
        "a\"b\" | unexpected '\"' at 1",
        "a(b) | unexpected '(' at 1",
        "a\\ | expected a character after '\\' at 2",
        "\"C:\\dir\" | unknown escape '\\d' (write '\\\\') at 3",
        "\"\\u12g4\" | expected four hexadecimal digits after '\\u' at 5",
        "s:[1 TO 2 | expected ']' or '}' at 9",
        "s:[1 2] | expected 'TO' at 5",
        "s:[TO 2] | expected 'TO' at 6",
        "s:[ | expected a bound at 3",
        "s:[1 TO ] | unexpected ']' at 8",
        "s:[1 TO 2]x | unexpected 'x' at 10",
        "s:[1* TO 2] | unexpected '*' at 4",
        "s:> | expected a value at 3",
        "s:>=5* | unexpected '*' at 5",
        "message:>5 | 'message' takes words and phrases, no range at 0",
        "level:LOUD | 'LOUD' is no level (TRACE, DEBUG, INFO, WARN, ERROR, FATAL) at 6",
        "level:[LOUD TO ERROR] | 'LOUD' is no level (TRACE, DEBUG, INFO, WARN, ERROR, FATAL) at 7",
        "timestamp:>yesterday | 'yesterday' is no time such as 2026-03-29T10:00Z at 11",
        "timestamp:2026* | 'timestamp' takes no prefix, only values and ranges at 14",
        "kafka_offset:x | 'x' is no whole number at 13",
      })
  void saysWhatIsWrongAndWhere(String text, String message) {
    assertThatThrownBy(() -> QueryParser.parse(text))
        .isInstanceOfSatisfying(
            QuerySyntaxException.class, e -> assertThat(message).endsWith(" at " + e.position()))
        .hasMessage(message);
  }

  @Test
  void boundsLengthTermsAndNesting() {
    QueryLimits limits = new QueryLimits(20, 3, 2);

    assertThat(QueryParser.parse("a b c", limits)).isInstanceOf(And.class);
    assertThatThrownBy(() -> QueryParser.parse("a b c d", limits))
        .hasMessage("more than 3 terms at 6");
    assertThatThrownBy(() -> QueryParser.parse("f:(a b c d)", limits))
        .hasMessage("more than 3 terms at 9");
    assertThat(QueryParser.parse("((a))", limits)).isInstanceOf(Phrase.class);
    assertThatThrownBy(() -> QueryParser.parse("(((a)))", limits))
        .hasMessage("nested deeper than 2 at 2");
    assertThatThrownBy(() -> QueryParser.parse("---a", limits))
        .hasMessage("nested deeper than 2 at 2");
    assertThatThrownBy(() -> QueryParser.parse("a".repeat(21), limits))
        .hasMessage("query longer than 20 characters at 20");
  }

  @Test
  void boundsPrefixesAndRanges() {
    String longest = "n".repeat(QueryLimits.MAX_PREFIX_LENGTH);

    for (String query : new String[] {"%s*", "host:%s*", "host:[%s TO *]", "host:>%s"}) {
      assertThat(QueryParser.parse(query.formatted(longest))).isNotNull();
      assertThatThrownBy(() -> QueryParser.parse(query.formatted(longest + "n")))
          .isInstanceOf(QuerySyntaxException.class)
          .hasMessageContaining("has at most 256 characters at " + query.indexOf('%'));
    }
    assertThat(QueryParser.parse("host:" + longest + "n")).isInstanceOf(FieldEquals.class);
  }

  @Test
  void survivesTheDeepestNestingThatLimitsAllow() {
    QueryLimits limits = new QueryLimits(10_000, 10, 200);

    assertThat(QueryParser.parse("(".repeat(200) + "a" + ")".repeat(200), limits))
        .isInstanceOf(Phrase.class);
    assertThatThrownBy(() -> QueryParser.parse("(".repeat(10_000), limits))
        .hasMessage("nested deeper than 200 at 200");
  }

  @Test
  void positionsPointAtTheTermInTheText() {
    assertThat(QueryParser.parse(" conn*")).isEqualTo(new TokenPrefix("conn", 1));
    assertThat(QueryParser.parse("  a:b*")).isEqualTo(new FieldPrefix("a", "b", 2));
    assertThat(QueryParser.parse("  a:*")).isEqualTo(new FieldExists("a", 2));
    assertThat(QueryParser.parse("  a:>1"))
        .isEqualTo(new FieldRange("a", "1", false, null, false, 2));
  }

  @Test
  void refusesLimitsThatMakeNoSense() {
    assertThatThrownBy(() -> new QueryLimits(0, 1, 1)).hasMessageContaining("maxLength");
    assertThatThrownBy(() -> new QueryLimits(1, 0, 1)).hasMessageContaining("maxClauses");
    assertThatThrownBy(() -> new QueryLimits(1, 1, 201)).hasMessageContaining("maxDepth");
  }
}
