package io.weir.operators.kafka;

/** What to do when a job wants to go on at an offset that Kafka no longer has. */
public enum ExpiredOffsets {
  /** The job fails and names each partition, the offset it wants and the earliest there is. */
  FAIL,
  /** The job goes on at the earliest offset; the gap is counted and logged. */
  EARLIEST
}
