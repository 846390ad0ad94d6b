package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogLimiterTest {

  @Test
  void letsOneThroughInAnIntervalAndCountsTheOthers() {
    AtomicLong clock = new AtomicLong(-50);
    LogLimiter limiter = new LogLimiter(100, clock::get);

    assertThat(limiter.allows()).isTrue();
    assertThat(limiter.allows()).isFalse();
    clock.set(49);
    assertThat(limiter.allows()).isFalse();
    clock.set(50);
    assertThat(limiter.allows()).isTrue();

    assertThat(limiter.takeSuppressed()).isEqualTo(2);
    assertThat(limiter.takeSuppressed()).isZero();
  }
}
