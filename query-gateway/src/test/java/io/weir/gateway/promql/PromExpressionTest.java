package io.weir.gateway.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.gateway.promql.PromExpression.Aggregated;
import io.weir.gateway.promql.PromExpression.Between;
import io.weir.gateway.promql.PromExpression.Combined;
import io.weir.gateway.promql.PromExpression.Constant;
import io.weir.gateway.promql.PromExpression.Matcher;
import io.weir.gateway.promql.PromExpression.Operator;
import io.weir.gateway.promql.PromExpression.OverTime;
import io.weir.gateway.promql.PromExpression.Quantile;
import io.weir.gateway.promql.PromExpression.RangeFunction;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromExpressionTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void writesWhatAPersonWouldWrite() {
    PromExpression rate =
        new Aggregated(
            Operator.SUM,
            List.of("service", "host"),
            new OverTime(
                RangeFunction.RATE,
                "http_errors_total",
                List.of(new Matcher("service", "payments"), new Matcher("host", "web-1")),
                Duration.ofMinutes(5)));
    assertThat(rate.promQl())
        .isEqualTo(
            "sum by (service, host) (rate(http_errors_total{service=\"payments\",host=\"web-1\"}[300s]))");
    assertThat(
            new Combined(
                    over("a"),
                    Between.DIVIDED_BY,
                    new Combined(over("b"), Between.NOT_EQUAL, new Constant(0)))
                .promQl())
        .isEqualTo("(last_over_time(a[60s]) / (last_over_time(b[60s]) != 0))");
    assertThat(new Quantile(0.99, List.of(), over("a")).promQl())
        .isEqualTo("quantile(0.99, last_over_time(a[60s]))");
    assertThat(
            new OverTime(RangeFunction.RATE, "a:b", List.of(), Duration.ofMillis(1_500)).promQl())
        .isEqualTo("rate(a:b[1500ms])");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a{b=\"c\"}",
        "a} or vector(1)",
        "a[5m]",
        "a)",
        "1a",
        "a b",
        "a-b",
        "a\nb",
        "a#b",
        "",
        "caf\u00e9"
      })
  void takesNothingForANameThatIsNone(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> over(name));
    assertThatIllegalArgumentException().isThrownBy(() -> new Matcher(name, "x"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Aggregated(Operator.SUM, List.of(name), over("a")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Quantile(0.5, List.of(name), over("a")));
  }

  @Test
  void takesNoLabelThatIsReserved() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Matcher("__name__", "x"));
  }

  @Test
  void writesNamesThatWouldReadAsNumbersAsLabels() {
    assertThat(over("inf").promQl()).isEqualTo("last_over_time({__name__=\"inf\"}[60s])");
    assertThat(
            new OverTime(
                    RangeFunction.LAST_OVER_TIME, "NaN", List.of(new Matcher("a", "b")), MINUTE)
                .promQl())
        .isEqualTo("last_over_time({__name__=\"NaN\",a=\"b\"}[60s])");
  }

  @Test
  void quotesValuesSoThatTheyStayValues() {
    assertThat(quoted("\"} or vector(1) or x{a=\""))
        .isEqualTo("\"\\\"} or vector(1) or x{a=\\\"\"");
    assertThat(quoted("back\\slash\\\"")).isEqualTo("\"back\\\\slash\\\\\\\"\"");
    assertThat(quoted("line\nfeed\r\u0000\u007f")).isEqualTo("\"line\\nfeed\\r\\x00\\x7f\"");
    assertThat(quoted("{}[](),'`#")).isEqualTo("\"{}[](),'`#\"");
  }

  /** Reads the string as Go does; it has to end where the value ends, and say what was meant. */
  @Property
  void everyValueComesBackFromItsQuotation(@ForAll String value) {
    String quoted = quoted(value);
    StringBuilder read = new StringBuilder();
    int at = 1;
    while (quoted.charAt(at) != '"') {
      char c = quoted.charAt(at++);
      assertThat(c).isNotEqualTo('\n');
      if (c == '\\') {
        char escape = quoted.charAt(at++);
        switch (escape) {
          case 'n' -> read.append('\n');
          case 'r' -> read.append('\r');
          case 'x' -> {
            read.append((char) Integer.parseInt(quoted.substring(at, at + 2), 16));
            at += 2;
          }
          default -> read.append(escape);
        }
      } else {
        read.append(c);
      }
    }
    assertThat(at).isEqualTo(quoted.length() - 1);
    assertThat(read.toString()).isEqualTo(value);
  }

  private static String quoted(String value) {
    String query =
        new OverTime(RangeFunction.RATE, "m", List.of(new Matcher("a", value)), MINUTE).promQl();
    return query.substring("rate(m{a=".length(), query.length() - "}[60s])".length());
  }

  private static OverTime over(String metric) {
    return new OverTime(RangeFunction.LAST_OVER_TIME, metric, List.of(), MINUTE);
  }
}
