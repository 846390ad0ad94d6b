package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamLimiterTest {
  @Test
  void boundsStreamsInAllAndOfOneAddress() {
    StreamLimiter limiter = new StreamLimiter(3, 2);
    StreamLimiter.Permit first = limiter.acquire("10.0.0.1").orElseThrow();
    assertThat(limiter.acquire("10.0.0.1")).isPresent();
    assertThat(limiter.acquire("10.0.0.1")).isEmpty();
    assertThat(limiter.acquire("10.0.0.2")).isPresent();
    assertThat(limiter.acquire("10.0.0.3")).isEmpty();
    assertThat(limiter.streams()).isEqualTo(3);

    first.close();
    first.close();
    assertThat(limiter.streams()).isEqualTo(2);
    assertThat(limiter.acquire("10.0.0.1")).isPresent();
    assertThat(limiter.acquire("10.0.0.1")).isEmpty();
  }
}
