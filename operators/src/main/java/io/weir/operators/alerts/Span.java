package io.weir.operators.alerts;

import java.time.Duration;

/**
 * Classes of how long a pattern may take. Flink CEP fixes {@code within} when the graph is built,
 * and rules differ, so each rule goes to the pattern of its class. Its own time is checked by
 * conditions and deadlines; {@code within} only bounds for how long something forgotten stays in
 * state, outages of the job included.
 */
public enum Span {
  /** Up to an hour. What is under way outlives an outage as long as Kafka keeps points. */
  SHORT(Duration.ofHours(1), Duration.ofDays(3)),
  /** Up to what a rule may demand, a week. */
  LONG(Duration.ofDays(7), Duration.ofDays(30));

  private final Duration longest;
  private final Duration within;

  Span(Duration longest, Duration within) {
    this.longest = longest;
    this.within = within;
  }

  /** Returns how long a partial match stays in state at most, by the wall clock. */
  public Duration within() {
    return within;
  }

  static Span of(long seconds) {
    return seconds <= SHORT.longest.toSeconds() ? SHORT : LONG;
  }
}
