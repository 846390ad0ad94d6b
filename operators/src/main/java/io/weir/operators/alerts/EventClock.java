package io.weir.operators.alerts;

/**
 * What time it is for decisions about silence. Event time stands still when no points come, and
 * then nothing would ever be found missing. So when for a while nobody has written any point to
 * Kafka, the clock goes on from where event time stopped, at the pace of the wall clock. It stands
 * while the job is catching up (points are there, or event time moves), while Kafka does not answer
 * (no ticks come), and while the task itself is held up (ticks come late and count once).
 */
final class EventClock {
  private final long silenceAfterMillis;
  private long watermark = Long.MIN_VALUE;
  private long silentMillis;
  private long wallMillis;

  /**
   * Makes a clock.
   *
   * @param silenceAfterMillis how long nothing must have been written before the clock goes on
   */
  EventClock(long silenceAfterMillis) {
    this.silenceAfterMillis = silenceAfterMillis;
  }

  /** Takes note of a tick. */
  void tick(Control tick, long currentWatermark) {
    wallMillis = tick.wallMillis();
    if (!tick.quiet() || currentWatermark > watermark) {
      silentMillis = 0;
      watermark = currentWatermark;
    } else {
      silentMillis += tick.elapsedMillis();
    }
  }

  /** Returns whether the clock goes on without event time. */
  boolean isSilent() {
    return silentMillis >= silenceAfterMillis;
  }

  /** Returns the time; {@link Long#MIN_VALUE} before it has begun. */
  long now(long currentWatermark) {
    if (!isSilent() || currentWatermark > watermark) {
      return currentWatermark;
    }
    return watermark == Long.MIN_VALUE ? wallMillis : watermark + silentMillis;
  }
}
