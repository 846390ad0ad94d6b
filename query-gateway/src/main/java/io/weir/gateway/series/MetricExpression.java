package io.weir.gateway.series;

import io.weir.gateway.promql.PromExpression;
import io.weir.gateway.promql.PromExpression.Aggregated;
import io.weir.gateway.promql.PromExpression.Between;
import io.weir.gateway.promql.PromExpression.Combined;
import io.weir.gateway.promql.PromExpression.Constant;
import io.weir.gateway.promql.PromExpression.Matcher;
import io.weir.gateway.promql.PromExpression.Operator;
import io.weir.gateway.promql.PromExpression.OverTime;
import io.weir.gateway.promql.PromExpression.Quantile;
import io.weir.gateway.promql.PromExpression.RangeFunction;
import io.weir.model.metric.Aggregation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is asked about a metric, or about the ratio of two, and how Prometheus is asked for it. Each
 * series is made one value for each evaluation out of the samples of the window before it, then the
 * series of a group are made one:
 *
 * <table>
 *   <caption>Aggregations</caption>
 *   <tr><th>aggregation</th><th>of a series' window</th><th>of a group's series</th></tr>
 *   <tr><td>avg, min, max</td><td>the same</td><td>the same</td></tr>
 *   <tr><td>sum</td><td>average</td><td>sum</td></tr>
 *   <tr><td>last</td><td>last</td><td>average</td></tr>
 *   <tr><td>count</td><td>number of samples</td><td>sum</td></tr>
 *   <tr><td>rate</td><td>increase a second</td><td>sum</td></tr>
 *   <tr><td>p50 to p99</td><td>average</td><td>quantile across the series; of a distribution, whose
 *       series carry the label {@code quantile}, the highest of these</td></tr>
 * </table>
 *
 * Of a ratio both sides are aggregated by group and then divided: no numerator is 0, no denominator
 * or one of 0 is no value.
 *
 * @param numerator name of the metric
 * @param denominator name of the metric below the line, if it is a ratio
 * @param tags only series with these
 * @param groupBy one result for each combination of these
 * @param aggregation if none is given: rate for a name that ends in {@code _total}, else avg
 * @param window before each evaluation, without its beginning
 * @param basis what sums and averages are made of
 */
public record MetricExpression(
    String numerator,
    Optional<String> denominator,
    Map<String, String> tags,
    List<String> groupBy,
    Optional<Aggregation> aggregation,
    Duration window,
    Basis basis) {
  private static final String COUNTER_SUFFIX = "_total";
  private static final String QUANTILE = "quantile";

  /** What sums and averages of a group are made of. */
  public enum Basis {
    /** The averages of its series, however often each was sampled: what a chart shows. */
    SERIES,
    /** All samples of its series at once: what alert rules compare. */
    SAMPLES
  }

  public MetricExpression {
    Objects.requireNonNull(numerator, "numerator");
    Objects.requireNonNull(denominator, "denominator");
    tags = Map.copyOf(tags);
    groupBy = List.copyOf(groupBy);
    Objects.requireNonNull(aggregation, "aggregation");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(basis, "basis");
  }

  /** Returns how the values of a metric become one when nobody says so. */
  public static Aggregation defaultAggregation(String metric) {
    return metric.endsWith(COUNTER_SUFFIX) ? Aggregation.RATE : Aggregation.AVG;
  }

  /** Returns the expression for Prometheus. */
  public PromExpression toPrometheus() {
    PromExpression above = side(numerator);
    if (denominator.isEmpty()) {
      return above;
    }
    PromExpression below = side(denominator.get());
    PromExpression zero = new Combined(below, Between.TIMES, new Constant(0));
    return new Combined(
        new Combined(above, Between.OR, zero),
        Between.DIVIDED_BY,
        new Combined(below, Between.NOT_EQUAL, new Constant(0)));
  }

  private PromExpression side(String metric) {
    return switch (aggregation.orElse(defaultAggregation(metric))) {
      case AVG ->
          basis == Basis.SERIES
              ? aggregated(Operator.AVG, RangeFunction.AVG_OVER_TIME, metric)
              : new Combined(
                  aggregated(Operator.SUM, RangeFunction.SUM_OVER_TIME, metric),
                  Between.DIVIDED_BY,
                  aggregated(Operator.SUM, RangeFunction.COUNT_OVER_TIME, metric));
      case SUM ->
          aggregated(
              Operator.SUM,
              basis == Basis.SERIES ? RangeFunction.AVG_OVER_TIME : RangeFunction.SUM_OVER_TIME,
              metric);
      case MIN -> aggregated(Operator.MIN, RangeFunction.MIN_OVER_TIME, metric);
      case MAX -> aggregated(Operator.MAX, RangeFunction.MAX_OVER_TIME, metric);
      case COUNT -> aggregated(Operator.SUM, RangeFunction.COUNT_OVER_TIME, metric);
      case LAST -> aggregated(Operator.AVG, RangeFunction.LAST_OVER_TIME, metric);
      case RATE -> aggregated(Operator.SUM, RangeFunction.RATE, metric);
      case P50 -> quantile(0.5, metric);
      case P90 -> quantile(0.9, metric);
      case P95 -> quantile(0.95, metric);
      case P99 -> quantile(0.99, metric);
    };
  }

  private PromExpression aggregated(Operator operator, RangeFunction function, String metric) {
    return new Aggregated(operator, groupBy, overTime(function, metric, matchers()));
  }

  private PromExpression quantile(double quantile, String metric) {
    PromExpression acrossSeries =
        new Quantile(
            quantile, groupBy, overTime(RangeFunction.AVG_OVER_TIME, metric, with(QUANTILE, "")));
    if (tags.containsKey(QUANTILE)) {
      return new Quantile(
          quantile, groupBy, overTime(RangeFunction.AVG_OVER_TIME, metric, matchers()));
    }
    PromExpression ofDistribution =
        new Aggregated(
            Operator.MAX,
            groupBy,
            overTime(
                RangeFunction.AVG_OVER_TIME, metric, with(QUANTILE, Double.toString(quantile))));
    return new Combined(ofDistribution, Between.OR, acrossSeries);
  }

  private OverTime overTime(RangeFunction function, String metric, List<Matcher> matchers) {
    // Before version 3 Prometheus counts a sample at either end of a window, and samples stand on
    // both. A rate needs the one at the beginning; anything else would count it twice.
    Duration open = function == RangeFunction.RATE ? window : window.minusMillis(1);
    return new OverTime(function, metric, matchers, open);
  }

  private List<Matcher> matchers() {
    List<Matcher> matchers = new ArrayList<>();
    tags.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(tag -> matchers.add(new Matcher(tag.getKey(), tag.getValue())));
    return matchers;
  }

  private List<Matcher> with(String name, String value) {
    List<Matcher> matchers = matchers();
    matchers.add(new Matcher(name, value));
    return matchers;
  }
}
