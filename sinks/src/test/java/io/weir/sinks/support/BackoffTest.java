package io.weir.sinks.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void doublesUpToTheMaximum() {
    Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5), () -> 0);

    assertThat(backoff.delayMillis(0)).isEqualTo(200);
    assertThat(backoff.delayMillis(1)).isEqualTo(400);
    assertThat(backoff.delayMillis(4)).isEqualTo(3_200);
    assertThat(backoff.delayMillis(5)).isEqualTo(5_000);
    assertThat(backoff.delayMillis(Integer.MAX_VALUE)).isEqualTo(5_000);
  }

  @Test
  void takesOffAtMostHalf() {
    Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5), () -> 0.999999);

    assertThat(backoff.delayMillis(0)).isEqualTo(101);
    assertThat(backoff.delayMillis(10)).isEqualTo(2_501);
  }

  @Test
  void neverIsNothing() {
    assertThat(
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0.999999).delayMillis(0))
        .isEqualTo(1);
  }

  @Test
  void rejectsBoundsThatFall() {
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), () -> 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), () -> 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
