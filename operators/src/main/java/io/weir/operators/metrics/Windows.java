package io.weir.operators.metrics;

/** Windows of metrics: 15 s of event time, called by their end, which stamps their samples. */
public final class Windows {
  /** Length of a window. */
  public static final long MILLIS = 15_000;

  private Windows() {}

  /** Returns the end of the window of a time: the first multiple of the length after it. */
  public static long endOf(long timestampMillis) {
    return Math.floorDiv(timestampMillis, MILLIS) * MILLIS + MILLIS;
  }

  /** Returns the last time inside a window: when a watermark reaches it, the window is over. */
  static long lastMillisOf(long windowEndMillis) {
    return windowEndMillis - 1;
  }
}
