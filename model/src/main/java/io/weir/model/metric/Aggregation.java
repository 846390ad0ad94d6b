package io.weir.model.metric;

/** How several values become one. */
public enum Aggregation {
  AVG,
  SUM,
  MIN,
  MAX,
  COUNT,
  LAST,
  /** Increase per second of a counter: of each series first, then summed. */
  RATE,
  P50,
  P90,
  P95,
  P99
}
