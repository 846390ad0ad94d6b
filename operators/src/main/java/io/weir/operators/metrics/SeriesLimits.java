package io.weir.operators.metrics;

import java.io.Serializable;
import java.time.Duration;

/**
 * Bounds that keep a metric with ever new tags from filling every store behind.
 *
 * @param perMetric most series of one metric; further ones are dropped until others fall silent
 * @param perSubtask most series of all metrics together in one subtask
 * @param forgetAfter a series that was silent for one to two times this, in event time, makes room
 */
public record SeriesLimits(int perMetric, int perSubtask, Duration forgetAfter)
    implements Serializable {

  public SeriesLimits {
    if (perMetric < 1 || perSubtask < 1) {
      throw new IllegalArgumentException("limits of series must be at least 1");
    }
    if (forgetAfter.toMillis() < Windows.MILLIS) {
      throw new IllegalArgumentException("series must be known for at least one window");
    }
  }
}
