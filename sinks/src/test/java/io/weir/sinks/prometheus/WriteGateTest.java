package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.sinks.support.Backoff;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WriteGateTest {
  private final AtomicLong clock = new AtomicLong(1_000);
  private final WriteGate gate =
      new WriteGate(
          10,
          1_000,
          new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0),
          clock::get);

  @Test
  void letsOneBatchThroughAtATime() {
    assertThat(gate.shouldBlock(null)).isFalse();
    gate.registerInFlightRequest(null);
    assertThat(gate.shouldBlock(null)).isTrue();
    gate.registerCompletedRequest(null);
    assertThat(gate.shouldBlock(null)).isFalse();
    assertThat(gate.getMaxBatchSize()).isEqualTo(10);
  }

  @Test
  void closesForLongerWithEachFailureInARow() {
    assertThat(gate.pause(0, false)).isEqualTo(1_100);
    assertThat(gate.shouldBlock(null)).isTrue();
    clock.set(1_100);
    assertThat(gate.shouldBlock(null)).isFalse();
    assertThat(gate.pause(0, false)).isEqualTo(1_300);
    assertThat(gate.failures()).isEqualTo(2);
    assertThat(gate.pause(0, true)).as("a part was taken").isEqualTo(1_200);

    gate.onSuccess();

    assertThat(gate.failures()).isZero();
  }

  @Test
  void closesForAsLongAsItIsAsked() {
    assertThat(gate.pause(5_000, false)).isEqualTo(6_000);
  }

  @Test
  void breathesForAMomentWithoutCountingAFailure() {
    assertThat(gate.breathe()).isEqualTo(1_001);
    assertThat(gate.shouldBlock(null)).isTrue();
    assertThat(gate.failures()).isZero();
  }

  @Test
  void neverSendsAgainWhatWasTooLarge() {
    gate.onTooLarge(600);
    assertThat(gate.byteLimit()).isEqualTo(300);
    gate.onTooLarge(5_000);
    assertThat(gate.byteLimit()).isEqualTo(300);
    gate.onTooLarge(1);
    assertThat(gate.byteLimit()).isEqualTo(1);
  }
}
