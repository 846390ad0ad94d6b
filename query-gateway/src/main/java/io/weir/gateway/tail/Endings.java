package io.weir.gateway.tail;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongUnaryOperator;

/** Ends streams, and spreads the clients' return over some time. Thread-safe. */
final class Endings {
  private static final int SPREAD = 3;

  private final Duration retry;
  private final LongUnaryOperator random;
  private final TailMeter meter;

  /**
   * @param retry how soon a client may come again
   * @param random returns a number from 0 up to its argument, which is not included
   */
  Endings(Duration retry, LongUnaryOperator random, TailMeter meter) {
    this.retry = Objects.requireNonNull(retry, "retry");
    this.random = Objects.requireNonNull(random, "random");
    this.meter = Objects.requireNonNull(meter, "meter");
  }

  /** Says goodbye; the stream ends once the client has taken what waits. */
  void end(Subscriber subscriber, Bye reason) {
    if (subscriber.queue().isClosed()) {
      return;
    }
    meter.ended(reason.lowerCase());
    long delay = retry.toMillis() + random.applyAsLong(Math.max(1, SPREAD * retry.toMillis()));
    subscriber.queue().finish(Frames.bye(reason, Duration.ofMillis(delay)));
    subscriber.wake();
  }
}
