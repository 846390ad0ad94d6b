package io.weir.gateway.promql;

import io.weir.gateway.promql.PromExpression.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Adds a condition to every selector of a query that somebody else wrote, so that it reads only the
 * series that meet it. It need not understand the query, only find each place that reads series;
 * whatever it does not know for certain is refused, because a selector that was overlooked would
 * tell what must not be told. Prometheus then judges the rest.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/basics/">Querying
 *     Prometheus</a>
 */
public final class SelectorNarrowing {
  /** Functions of PromQL that read nothing but their arguments. {@code info} is none of them. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          ("abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes"
                  + " clamp clamp_max clamp_min cos cosh count_over_time day_of_month day_of_week"
                  + " day_of_year days_in_month deg delta deriv double_exponential_smoothing exp"
                  + " first_over_time floor histogram_avg histogram_count histogram_fraction"
                  + " histogram_quantile histogram_stddev histogram_stdvar histogram_sum"
                  + " holt_winters hour idelta increase irate label_join label_replace"
                  + " last_over_time ln log10 log2 mad_over_time max_over_time min_over_time minute"
                  + " month pi predict_linear present_over_time quantile_over_time rad rate resets"
                  + " round scalar sgn sin sinh sort sort_by_label sort_by_label_desc sort_desc sqrt"
                  + " stddev_over_time stdvar_over_time sum_over_time tan tanh time timestamp"
                  + " ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time"
                  + " ts_of_min_over_time vector year")
              .split(" "));

  private static final Set<String> AGGREGATIONS =
      Set.of(
          ("avg bottomk count count_values group limitk limit_ratio max min quantile stddev stdvar"
                  + " sum topk")
              .split(" "));

  private static final Set<String> GROUPINGS = Set.of("by", "without");

  /** Words between two expressions that are followed by a list of labels, some of them perhaps. */
  private static final Set<String> MATCHINGS =
      Set.of("on", "ignoring", "group_left", "group_right");

  /** Words between two expressions, or behind one; anywhere else they name metrics. */
  private static final Set<String> BETWEEN = Set.of("and", "or", "unless", "atan2", "offset");

  private static final Set<String> NUMBERS = Set.of("inf", "nan");

  /** After an {@code @}: a moment, and no series. */
  private static final Set<String> MOMENTS = Set.of("start", "end");

  private static final String OPERATORS = "+-*/%^,@";
  private static final Pattern NUMBER =
      Pattern.compile(
          "0[xX][0-9a-fA-F]+|[0-9]+(\\.[0-9]*)?([eE][+-]?[0-9]+)?|\\.[0-9]+([eE][+-]?[0-9]+)?"
              + "|([0-9]+(ms|[smhdwy]))+");
  private static final String SPAN = "([0-9]+(ms|[smhdwy])?)+";
  private static final Pattern RANGE =
      Pattern.compile("\\s*" + SPAN + "(\\s*:\\s*(" + SPAN + ")?)?\\s*");
  private static final int MAX_DEPTH = 1_000;

  private final String query;
  private final String condition;
  private final StringBuilder narrowed = new StringBuilder();
  private Last last = Last.NOTHING;
  private int at;
  private int depth;
  private int selectors;

  /** What stands before the place that is looked at. */
  private enum Last {
    NOTHING,
    OPERATOR,
    COMPARISON,
    MOMENT,
    OPERAND,
    /** The labels of an aggregation, which may end an expression. */
    GROUPING,
    /** The labels that two sides are matched by: the second side follows. */
    MATCHING,
    NAME
  }

  private SelectorNarrowing(String query, Matcher matcher) {
    this.query = Objects.requireNonNull(query, "query");
    StringBuilder text = new StringBuilder();
    matcher.print(text);
    this.condition = text.toString();
  }

  /** A query has a place that is not known to be harmless. */
  public static final class UnknownSyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownSyntaxException(String message) {
      super(message);
    }
  }

  /**
   * Returns the query over those series alone that meet a condition.
   *
   * @throws UnknownSyntaxException if that cannot be made sure
   */
  public static String narrow(String query, Matcher matcher) {
    SelectorNarrowing narrowing = new SelectorNarrowing(query, matcher);
    narrowing.expression();
    return narrowing.narrowed.toString();
  }

  /**
   * Returns a selector of series that also have to meet a condition.
   *
   * @throws UnknownSyntaxException if that cannot be made sure, or if it selects nothing
   */
  public static String narrowSelector(String selector, Matcher matcher) {
    SelectorNarrowing narrowing = new SelectorNarrowing(selector, matcher);
    narrowing.expression();
    if (narrowing.selectors == 0) {
      throw narrowing.unknown("it selects no series");
    }
    return narrowing.narrowed.toString();
  }

  private void expression() {
    for (blank(); at < query.length(); blank()) {
      char c = query.charAt(at);
      if (isWordStart(c)) {
        word();
      } else if (isDigit(c) || c == '.') {
        copy(number());
        last = Last.OPERAND;
      } else if (c == '"' || c == '\'' || c == '`') {
        copy(stringEnd(at));
        last = Last.OPERAND;
      } else if (c == '{') {
        selector();
      } else if (c == '[') {
        range();
      } else if (c == '(') {
        depth++;
        copy(at + 1);
        last = Last.NOTHING;
      } else if (c == ')') {
        depth--;
        copy(at + 1);
        last = Last.OPERAND;
      } else if (c == '=' || c == '!' || c == '<' || c == '>') {
        copy(comparison());
        last = Last.COMPARISON;
      } else if (OPERATORS.indexOf(c) >= 0) {
        copy(at + 1);
        last = c == '@' ? Last.MOMENT : Last.OPERATOR;
      } else {
        throw unknown("'" + c + "' is not known here");
      }
      if (depth < 0 || depth > MAX_DEPTH) {
        throw unknown("brackets do not match");
      }
    }
    if (depth != 0) {
      throw unknown("brackets do not match");
    }
  }

  private void word() {
    int end = wordEnd(at);
    String word = query.substring(at, end);
    String lower = word.toLowerCase(Locale.ROOT);
    int next = afterBlank(end);
    char following = next < query.length() ? query.charAt(next) : 0;
    if (GROUPINGS.contains(lower) || MATCHINGS.contains(lower)) {
      copy(end);
      if (following == '(') {
        labels();
      } else if (!lower.startsWith("group_") || last != Last.MATCHING) {
        throw unknown("'" + word + "' is followed by no list of labels");
      }
      last = GROUPINGS.contains(lower) ? Last.GROUPING : Last.MATCHING;
    } else if (AGGREGATIONS.contains(lower)) {
      if (following != '(' && !isWordAt(next, "by") && !isWordAt(next, "without")) {
        throw unknown("write the metric '" + word + "' as {__name__=\"" + word + "\"}");
      }
      copy(end);
      last = Last.NAME;
    } else if (following == '(') {
      if (!FUNCTIONS.contains(word) && !(MOMENTS.contains(word) && last == Last.MOMENT)) {
        throw unknown("the function '" + word + "' is not open to callers of single services");
      }
      copy(end);
      last = Last.NAME;
    } else if (BETWEEN.contains(lower)) {
      if (last != Last.OPERAND && last != Last.GROUPING) {
        throw unknown("write the metric '" + word + "' as {__name__=\"" + word + "\"}");
      }
      copy(end);
      last = Last.OPERATOR;
    } else if (lower.equals("bool") && last == Last.COMPARISON) {
      copy(end);
      last = Last.OPERATOR;
    } else if (NUMBERS.contains(lower)) {
      copy(end);
      last = Last.OPERAND;
    } else {
      copy(end);
      if (following == '{') {
        blank();
        selector();
      } else {
        narrowed.append('{').append(condition).append('}');
        selectors++;
      }
      last = Last.OPERAND;
    }
  }

  private boolean isWordAt(int from, String word) {
    return wordEnd(from) - from == word.length()
        && query.regionMatches(true, from, word, 0, word.length());
  }

  /** {@code (a, b, "c")} with nothing else in it. */
  private void labels() {
    blank();
    int end = at + 1;
    boolean closed = false;
    for (int i = end; i < query.length() && !closed; ) {
      i = afterBlank(i);
      char c = i < query.length() ? query.charAt(i) : 0;
      if (c == ')') {
        closed = true;
        end = i + 1;
      } else if (c == ',') {
        i++;
      } else if (c == '"' || c == '\'') {
        i = stringEnd(i);
      } else if (isWordStart(c)) {
        i = wordEnd(i);
      } else {
        throw unknown("a list of labels has more than labels in it");
      }
    }
    if (!closed) {
      throw unknown("a list of labels does not end");
    }
    copy(end);
  }

  /** {@code {name="value", ...}}, to which the condition is added. */
  private void selector() {
    List<String> parts = new ArrayList<>();
    int i = afterBlank(at + 1);
    while (i < query.length() && query.charAt(i) != '}') {
      int from = i;
      i = matcherEnd(i);
      parts.add(query.substring(from, i).strip());
      i = afterBlank(i);
      if (i < query.length() && query.charAt(i) == ',') {
        i = afterBlank(i + 1);
      } else if (i >= query.length() || query.charAt(i) != '}') {
        throw unknown("conditions are separated by commas alone");
      }
    }
    if (i >= query.length()) {
      throw unknown("a selector does not end");
    }
    parts.add(condition);
    narrowed.append('{').append(String.join(",", parts)).append('}');
    selectors++;
    at = i + 1;
    last = Last.OPERAND;
  }

  /** A name, an operator and a string; or a string alone, which names the metric. */
  private int matcherEnd(int from) {
    char c = query.charAt(from);
    int name;
    if (c == '"' || c == '\'') {
      name = stringEnd(from);
    } else if (isWordStart(c) && c != ':') {
      name = wordEnd(from);
    } else {
      throw unknown("a condition begins with the name of a label");
    }
    int i = afterBlank(name);
    for (String operator : List.of("=~", "!~", "!=", "=")) {
      if (query.startsWith(operator, i)) {
        int value = afterBlank(i + operator.length());
        char quote = value < query.length() ? query.charAt(value) : 0;
        if (quote != '"' && quote != '\'' && quote != '`') {
          throw unknown("the value of a condition is a string");
        }
        return stringEnd(value);
      }
    }
    if (isWordStart(c)) {
      throw unknown("a condition has no operator");
    }
    return name;
  }

  private void range() {
    int end = query.indexOf(']', at);
    if (end < 0 || !RANGE.matcher(query.substring(at + 1, end)).matches()) {
      throw unknown("a range is not [5m] or [5m:1m]");
    }
    copy(end + 1);
  }

  private int comparison() {
    for (String operator : List.of("==", "!=", "<=", ">=")) {
      if (query.startsWith(operator, at)) {
        return at + 2;
      }
    }
    char c = query.charAt(at);
    if (c == '<' || c == '>') {
      return at + 1;
    }
    throw unknown("'" + c + "' is not known here");
  }

  private int number() {
    int end = at;
    while (end < query.length() && isNumberPart(end)) {
      end++;
    }
    if (!NUMBER.matcher(query.substring(at, end)).matches()) {
      throw unknown("'" + query.substring(at, end) + "' is no number");
    }
    return end;
  }

  private boolean isNumberPart(int i) {
    char c = query.charAt(i);
    if (isDigit(c) || isWordStart(c) && c != ':' || c == '.') {
      return true;
    }
    boolean exponent =
        i > at
            && (query.charAt(i - 1) == 'e' || query.charAt(i - 1) == 'E')
            && !query.startsWith("0x", at)
            && !query.startsWith("0X", at);
    return (c == '+' || c == '-') && exponent;
  }

  private int stringEnd(int from) {
    char quote = query.charAt(from);
    for (int i = from + 1; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c == quote) {
        return i + 1;
      }
      if (quote != '`' && c == '\\') {
        i++;
        c = i < query.length() ? query.charAt(i) : 0;
      }
      // Escaped or not, PromQL's strings do not go on in the next line.
      if (quote != '`' && c == '\n') {
        break;
      }
    }
    throw unknown("a string does not end");
  }

  private int wordEnd(int from) {
    int end = from;
    while (end < query.length() && (isWordStart(query.charAt(end)) || isDigit(query.charAt(end)))) {
      end++;
    }
    return end;
  }

  /** Skips white space and comments, which are not handed on. */
  private void blank() {
    int next = afterBlank(at);
    if (next > at) {
      narrowed.append(' ');
      at = next;
    }
  }

  private int afterBlank(int from) {
    int i = from;
    while (i < query.length()) {
      char c = query.charAt(i);
      if (c == '#') {
        int end = query.indexOf('\n', i);
        i = end < 0 ? query.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        i++;
      } else {
        break;
      }
    }
    return i;
  }

  private void copy(int end) {
    narrowed.append(query, at, end);
    at = end;
  }

  private static boolean isWordStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private UnknownSyntaxException unknown(String what) {
    return new UnknownSyntaxException(
        "at character "
            + (at + 1)
            + ": "
            + what
            + "; a caller of single services may ask only what is known to read no others");
  }
}
