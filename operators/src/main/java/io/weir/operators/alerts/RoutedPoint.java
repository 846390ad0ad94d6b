package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

/**
 * A point on its way to a group of a rule that needs it.
 *
 * @param key the group
 * @param role what the point is to the rule
 * @param shape how it is kept until it is evaluated
 * @param series text of its series where series are told apart, else empty
 * @param value its value
 * @param timestampMillis its time, at most the time at which Kafka took it
 * @param fromZero counters: a series never seen before began at zero
 * @param everySeconds distance of the rule's evaluations
 */
public record RoutedPoint(
    AlertKey key,
    Role role,
    Shape shape,
    String series,
    double value,
    long timestampMillis,
    boolean fromZero,
    long everySeconds) {

  /** What a point is to a rule. */
  public enum Role {
    /** No point: tells that the rule has this group, though nothing may ever come for it. */
    ANNOUNCEMENT,
    /** What is measured, or what stands above the line of a ratio. */
    VALUE,
    /** What stands below the line of a ratio. */
    DENOMINATOR
  }

  /** How points are kept. */
  public enum Shape {
    /** Sum, count, least, greatest, last. */
    PLAIN,
    /** As {@link #PLAIN}, and how many there were of each size. */
    QUANTILES,
    /** Increase of a cumulative counter, for each series. */
    COUNTER
  }

  public RoutedPoint {
    requireNonNull(key, "key");
    requireNonNull(role, "role");
    requireNonNull(shape, "shape");
    requireNonNull(series, "series");
  }
}
