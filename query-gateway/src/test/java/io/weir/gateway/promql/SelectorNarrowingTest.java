package io.weir.gateway.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.gateway.promql.PromExpression.Matcher;
import io.weir.gateway.promql.SelectorNarrowing.UnknownSyntaxException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorNarrowingTest {
  private static final Matcher MINE = Matcher.anyOf("service", Set.of("a", "b.c"));

  /** How the condition is written; {@code @} stands for it below. */
  private static final String CONDITION = "service=~\"a|b\\\\.c\"";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "up;up{@}",
        "up{};up{@}",
        "up {job=\"x\"};up {job=\"x\",@}",
        "{__name__=~\".+\"};{__name__=~\".+\",@}",
        "{\"up\"};{\"up\",@}",
        "{\"my.metric\", x!~'y',};{\"my.metric\",x!~'y',@}",
        "up{service=\"b\"};up{service=\"b\",@}",
        "rate(http_requests_total[5m]);rate(http_requests_total{@}[5m])",
        "sum by (host) (rate(a_total[5m]));sum by (host) (rate(a_total{@}[5m]))",
        "sum(a) by (x) / on(x) group_left(y) b;sum(a{@}) by (x) / on(x) group_left(y) b{@}",
        "a / on (x) group_left b;a{@} / on (x) group_left b{@}",
        "a unless on () b;a{@} unless on () b{@}",
        "topk(5, a) offset -5m;topk(5, a{@}) offset -5m",
        "a > bool 3;a{@} > bool 3",
        "max_over_time(rate(a[1m])[30m:1m]);max_over_time(rate(a{@}[1m])[30m:1m])",
        "a @ end() + b @ 1609746000;a{@} @ end() + b{@} @ 1609746000",
        "job:a:rate5m;job:a:rate5m{@}",
        "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])));histogram_quantile(0.9, sum by (le)"
            + " (rate(x_bucket{@}[5m])))",
        "label_replace(a, \"x\", \"$1\", \"y\", \"(.*)\");label_replace(a{@}, \"x\", \"$1\", \"y\","
            + " \"(.*)\")",
        "a == 1e-3 or b > 0x1F;a{@} == 1e-3 or b{@} > 0x1F",
        "-a ^ 2 % .5;-a{@} ^ 2 % .5",
        "1 + NaN;1 + NaN",
        "a{x=\"}\"};a{x=\"}\",@}",
        "a{x=`\\`};a{x=`\\`,@}",
        "a{x=\"\\\"} or b{\"};a{x=\"\\\"} or b{\",@}",
        "vector(1) + time();vector(1) + time()",
        "start + end;start{@} + end{@}",
      })
  void everySelectorGetsTheCondition(String query, String narrowed) {
    assertThat(SelectorNarrowing.narrow(query, MINE))
        .isEqualTo(narrowed.replace("@}", CONDITION + "}").replace("{@", "{" + CONDITION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info(up)",
        "\"\\\n up\"up",
        "'\n'",
        "sum",
        "or",
        "offset",
        "a + and",
        "group_left",
        "by",
        "a{x=\"y\" or z=\"w\"}",
        "a{x=\"y\"",
        "a{x}",
        "a{x=y}",
        "a{=\"y\"}",
        "WITH (x = {a=\"b\"}) x",
        "label_set(a, \"service\", \"b\")",
        "a[5m",
        "a[b]",
        "a)",
        "(a",
        "\"unfinished",
        "a{x=\"\\\"}",
        "1e+foo",
        "5mfoo",
        "3foo",
        "a ? b",
        "a ; b",
        "a = b",
        "$a",
        "sum by x (a)",
        "sum by (x{y=\"z\"}) (a)",
        "vector(0) or on(service) offset",
        "a and on(x) and",
        "a * ignoring(x) group_left atan2",
        "a * on(x) group_right(y) unless",
        "start() + a",
        "a\u00a0b",
        "\u00e4",
      })
  void whatIsNotKnownToBeHarmlessIsRefused(String query) {
    assertThatExceptionOfType(UnknownSyntaxException.class)
        .isThrownBy(() -> SelectorNarrowing.narrow(query, MINE))
        .withMessageContaining("at character");
  }

  @Test
  void commentsAreLeftOut() {
    assertThat(SelectorNarrowing.narrow("a # } or b\n + c", MINE))
        .isEqualTo("a{" + CONDITION + "} + c{" + CONDITION + "}");
  }

  @Test
  void aSelectorHasToSelectSomething() {
    assertThatExceptionOfType(UnknownSyntaxException.class)
        .isThrownBy(() -> SelectorNarrowing.narrowSelector("", MINE));
    assertThatExceptionOfType(UnknownSyntaxException.class)
        .isThrownBy(() -> SelectorNarrowing.narrowSelector("\"service\"", MINE));
    assertThat(SelectorNarrowing.narrowSelector("up", MINE)).isEqualTo("up{" + CONDITION + "}");
  }

  @Test
  void namesOfServicesStayNames() {
    StringBuilder text = new StringBuilder();
    Matcher.anyOf("service", Set.of("a|.*", "\"}\\")).print(text);
    assertThat(text.toString()).isEqualTo("service=~\"\\\"\\\\}\\\\\\\\|a\\\\|\\\\.\\\\*\"");
  }
}
