package io.weir.gateway.series;

import io.weir.gateway.promql.PromExpression;
import io.weir.gateway.search.Cancellation;
import java.util.List;

/** Port to the store of time series. */
public interface MetricStore {

  /**
   * Evaluates an expression at each time of a grid; blocks.
   *
   * @return the series that have a value at some of the times
   * @throws io.weir.gateway.search.StoreException if the store as a whole does not answer
   * @throws io.weir.gateway.UnprocessableException if the answer would be more than the store may
   *     load or the gateway may hold
   */
  List<MetricSeries> evaluate(PromExpression expression, TimeGrid grid, Cancellation cancellation);
}
