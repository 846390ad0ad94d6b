package io.weir.model.metric;

import io.weir.model.deadletter.DeadLetter;

/**
 * What became of one Kafka record: exactly one of point and dead letter is present. A pair rather
 * than a sealed type because Flink serializes records as POJOs but has no serializer for a sealed
 * hierarchy.
 *
 * @param point the point, or null
 * @param timeSource where the point's time comes from, or null
 * @param deadLetter why there is no point, or null
 */
public record ParsedMetric(MetricPoint point, TimeSource timeSource, DeadLetter deadLetter) {

  /** Where the time of a point comes from. */
  public enum TimeSource {
    /** From the producer. */
    PRODUCER,
    /** The producer gave none: the record's append time. */
    MISSING,
    /** The producer's cannot be read: the record's append time. */
    UNREADABLE,
    /** The producer's lies after the append time, which stands in. */
    IN_FUTURE
  }

  public ParsedMetric {
    if ((point == null) == (deadLetter == null) || (point == null) != (timeSource == null)) {
      throw new IllegalArgumentException("exactly one of point and dead letter");
    }
  }

  /** Returns the outcome of a record that became a point. */
  public static ParsedMetric of(MetricPoint point, TimeSource timeSource) {
    return new ParsedMetric(point, timeSource, null);
  }

  /** Returns the outcome of a record that did not. */
  public static ParsedMetric of(DeadLetter deadLetter) {
    return new ParsedMetric(null, null, deadLetter);
  }

  /** Returns the time that moves event time on: of a dead letter the append time. */
  public long timestampMillis() {
    return point != null ? point.timestampMillis() : deadLetter.origin().appendTimeMillis();
  }
}
