package io.weir.gateway.promql;

import io.weir.model.metric.MetricNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A PromQL expression as a tree. Text of users gets into a query only as the name of a metric or
 * tag, which is checked here, or as the value of a tag, which is quoted here: there is no way to
 * say more than one meant.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/basics/">Querying
 *     Prometheus</a>
 */
public sealed interface PromExpression {

  /** Appends the expression in PromQL, in brackets where it needs them. */
  void print(StringBuilder to);

  /** Returns the same expression over those series alone that meet one more condition. */
  PromExpression narrowed(Matcher matcher);

  /** Returns the expression in PromQL. */
  default String promQl() {
    StringBuilder text = new StringBuilder();
    print(text);
    return text.toString();
  }

  /** A function over the samples of a window, for each series on its own. */
  enum RangeFunction {
    RATE,
    AVG_OVER_TIME,
    MIN_OVER_TIME,
    MAX_OVER_TIME,
    SUM_OVER_TIME,
    COUNT_OVER_TIME,
    LAST_OVER_TIME
  }

  /** How several series become one. */
  enum Operator {
    AVG,
    SUM,
    MIN,
    MAX,
    COUNT
  }

  /** What stands between two expressions; series of both sides meet by their labels. */
  enum Between {
    DIVIDED_BY("/"),
    TIMES("*"),
    NOT_EQUAL("!="),
    OR("or");

    private final String symbol;

    Between(String symbol) {
      this.symbol = symbol;
    }
  }

  /**
   * A condition on a label; an empty value means that the label is absent.
   *
   * @param name of the label
   * @param value that it has to have, exactly
   * @param regex whether the value is an expression that has to match all of the label's
   */
  record Matcher(String name, String value, boolean regex) {
    /** What means something else than itself in RE2. */
    private static final String SPECIAL = "\\.+*?()|[]{}^$";

    public Matcher(String name, String value) {
      this(name, value, false);
    }

    /**
     * Returns the condition that a label has one of some values, of which there is at least one.
     */
    public static Matcher anyOf(String name, Set<String> values) {
      if (values.isEmpty() || values.contains("")) {
        throw new IllegalArgumentException("no values, or an empty one, would match other series");
      }
      return new Matcher(
          name,
          new TreeSet<>(values).stream().map(Matcher::literal).collect(Collectors.joining("|")),
          true);
    }

    private static String literal(String value) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (SPECIAL.indexOf(c) >= 0) {
          text.append('\\');
        }
        text.append(c);
      }
      return text.toString();
    }

    /** Appends the condition in PromQL. */
    public void print(StringBuilder to) {
      to.append(name).append(regex ? "=~" : "=");
      quote(value, to);
    }

    public Matcher {
      if (!name.equals(MetricNames.normalizeTag(name))) {
        throw new IllegalArgumentException("no name of a label: " + name);
      }
      Objects.requireNonNull(value, "value");
    }
  }

  /** The samples of a metric's series in a window before each evaluation. */
  record OverTime(RangeFunction function, String metric, List<Matcher> matchers, Duration window)
      implements PromExpression {

    /** Words that PromQL would read as a number. */
    private static final Set<String> NUMBERS = Set.of("nan", "inf");

    public OverTime {
      Objects.requireNonNull(function, "function");
      if (!metric.equals(MetricNames.normalizeMetric(metric))) {
        throw new IllegalArgumentException("no name of a metric: " + metric);
      }
      matchers = List.copyOf(matchers);
      if (window.toMillis() < 1) {
        throw new IllegalArgumentException("window " + window);
      }
    }

    @Override
    public void print(StringBuilder to) {
      to.append(function.name().toLowerCase(Locale.ROOT)).append('(');
      boolean plain = !NUMBERS.contains(metric.toLowerCase(Locale.ROOT));
      if (plain) {
        to.append(metric);
      }
      if (!plain || !matchers.isEmpty()) {
        char before = '{';
        if (!plain) {
          to.append(before).append("__name__=");
          quote(metric, to);
          before = ',';
        }
        for (Matcher matcher : matchers) {
          to.append(before);
          matcher.print(to);
          before = ',';
        }
        to.append('}');
      }
      to.append('[').append(duration(window)).append("])");
    }

    private static String duration(Duration window) {
      return window.toMillis() % 1000 == 0 ? window.toSeconds() + "s" : window.toMillis() + "ms";
    }

    @Override
    public PromExpression narrowed(Matcher matcher) {
      List<Matcher> more = new ArrayList<>(matchers);
      more.add(matcher);
      return new OverTime(function, metric, more, window);
    }
  }

  /** Series made one for each combination of some labels. */
  record Aggregated(Operator operator, List<String> by, PromExpression of)
      implements PromExpression {
    public Aggregated {
      Objects.requireNonNull(operator, "operator");
      by = checked(by);
      Objects.requireNonNull(of, "of");
    }

    @Override
    public void print(StringBuilder to) {
      to.append(operator.name().toLowerCase(Locale.ROOT));
      printBy(by, to);
      to.append('(');
      of.print(to);
      to.append(')');
    }

    @Override
    public PromExpression narrowed(Matcher matcher) {
      return new Aggregated(operator, by, of.narrowed(matcher));
    }
  }

  /** A quantile across series, for each combination of some labels. */
  record Quantile(double quantile, List<String> by, PromExpression of) implements PromExpression {
    public Quantile {
      if (!(quantile >= 0 && quantile <= 1)) {
        throw new IllegalArgumentException("quantile " + quantile);
      }
      by = checked(by);
      Objects.requireNonNull(of, "of");
    }

    @Override
    public void print(StringBuilder to) {
      to.append("quantile");
      printBy(by, to);
      to.append('(').append(quantile).append(", ");
      of.print(to);
      to.append(')');
    }

    @Override
    public PromExpression narrowed(Matcher matcher) {
      return new Quantile(quantile, by, of.narrowed(matcher));
    }
  }

  /** Two expressions and what stands between them. */
  record Combined(PromExpression left, Between between, PromExpression right)
      implements PromExpression {
    public Combined {
      Objects.requireNonNull(left, "left");
      Objects.requireNonNull(between, "between");
      Objects.requireNonNull(right, "right");
    }

    @Override
    public void print(StringBuilder to) {
      to.append('(');
      left.print(to);
      to.append(' ').append(between.symbol).append(' ');
      right.print(to);
      to.append(')');
    }

    @Override
    public PromExpression narrowed(Matcher matcher) {
      return new Combined(left.narrowed(matcher), between, right.narrowed(matcher));
    }
  }

  /** A number. */
  record Constant(long value) implements PromExpression {
    @Override
    public void print(StringBuilder to) {
      to.append(value);
    }

    @Override
    public PromExpression narrowed(Matcher matcher) {
      return this;
    }
  }

  /** Strings have the escapes of Go. */
  private static void quote(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> to.append("\\\\");
        case '"' -> to.append("\\\"");
        case '\n' -> to.append("\\n");
        case '\r' -> to.append("\\r");
        default -> {
          if (c < ' ' || c == 0x7F) {
            to.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }

  private static List<String> checked(List<String> labels) {
    for (String label : labels) {
      if (!label.equals(MetricNames.normalizeTag(label))) {
        throw new IllegalArgumentException("no name of a label: " + label);
      }
    }
    return List.copyOf(labels);
  }

  private static void printBy(List<String> by, StringBuilder to) {
    if (!by.isEmpty()) {
      to.append(" by (").append(String.join(", ", by)).append(") ");
    }
  }
}
