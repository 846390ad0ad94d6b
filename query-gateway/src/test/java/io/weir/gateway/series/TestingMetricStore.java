package io.weir.gateway.series;

import io.weir.gateway.promql.PromExpression;
import io.weir.gateway.search.Cancellation;
import java.util.List;

/** A store that answers what it was given and remembers what it was asked. */
public final class TestingMetricStore implements MetricStore {
  private List<MetricSeries> series = List.of();
  private PromExpression asked;
  private TimeGrid grid;

  public void answer(MetricSeries... with) {
    series = List.of(with);
  }

  public String asked() {
    return asked.promQl();
  }

  public TimeGrid grid() {
    return grid;
  }

  @Override
  public List<MetricSeries> evaluate(
      PromExpression expression, TimeGrid onGrid, Cancellation cancellation) {
    asked = expression;
    grid = onGrid;
    return series;
  }
}
