package io.weir.operators.counts;

/** Names of the state of this package. They stand in savepoints and never change. */
final class CountState {
  /** Union list: the counters of each partition. */
  static final String PARTITIONS = "partitions";

  /** Broadcast: alert rules by id. */
  static final String RULES = "rules";

  private CountState() {}
}
