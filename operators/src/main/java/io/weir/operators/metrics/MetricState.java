package io.weir.operators.metrics;

/** Names of the state of this package. They stand in savepoints and never change. */
final class MetricState {
  /** Keyed by series: what {@link SeriesState} holds. */
  static final String SERIES = "series";

  /** List of each subtask: the series that the limits know, one entry a metric. */
  static final String KNOWN_SERIES = "known-series";

  private MetricState() {}
}
