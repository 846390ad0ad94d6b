package io.weir.model.metric;

/** What the values of a metric mean, and so how they are aggregated. */
public enum MetricType {
  /** A value at a moment; of a window the last one counts. */
  GAUGE,
  /** A total that only grows, apart from restarts of its producer. */
  COUNTER,
  /** An increase since the producer's previous point; Weir keeps the running total. */
  DELTA,
  /** One observation among many; Weir keeps quantiles, sum and count. */
  DISTRIBUTION
}
