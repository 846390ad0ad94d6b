package io.weir.operators.alerts;

import java.util.Comparator;

/**
 * Where an event stands among those of its group: by time, then by what it is, then by its
 * identity, which grows with its place in Kafka.
 *
 * @param timestampMillis when
 * @param step ordinal of the step
 * @param event identity of the event
 */
public record EventPlace(long timestampMillis, int step, String event)
    implements Comparable<EventPlace> {
  private static final Comparator<EventPlace> ORDER =
      Comparator.comparingLong(EventPlace::timestampMillis)
          .thenComparingInt(EventPlace::step)
          .thenComparing(EventPlace::event);

  @Override
  public int compareTo(EventPlace other) {
    return ORDER.compare(this, other);
  }
}
