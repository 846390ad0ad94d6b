package io.weir.operators.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventClockTest {
  private final EventClock clock = new EventClock(10_000);

  @Test
  void isEventTimeWhilePointsAreWritten() {
    for (int i = 0; i < 100; i++) {
      clock.tick(tick(i, false), 1_000);
    }

    assertThat(clock.isSilent()).isFalse();
    assertThat(clock.now(1_000)).isEqualTo(1_000);
  }

  @Test
  void goesOnFromWhereEventTimeStoppedWhenNobodyWrites() {
    clock.tick(tick(0, true), 1_000);
    clock.tick(tick(1, true), 1_000);
    assertThat(clock.isSilent()).isFalse();
    clock.tick(tick(2, true), 1_000);
    clock.tick(tick(3, true), 1_000);

    assertThat(clock.isSilent()).isTrue();
    assertThat(clock.now(1_000)).isEqualTo(16_000);
  }

  @Test
  void standsWhileEventTimeMoves() {
    for (int i = 0; i < 10; i++) {
      clock.tick(tick(i, true), i * 1_000);
    }

    assertThat(clock.isSilent()).isFalse();
  }

  @Test
  void isTheWallClockWhereThereNeverWasAPoint() {
    for (int i = 0; i < 3; i++) {
      clock.tick(tick(i, true), Long.MIN_VALUE);
    }

    assertThat(clock.now(Long.MIN_VALUE)).isEqualTo(1_000_000 + 2 * 5_000);
  }

  @Test
  void returnsToEventTimeWithTheFirstPoint() {
    for (int i = 0; i < 5; i++) {
      clock.tick(tick(i, true), 1_000);
    }
    assertThat(clock.now(2_000)).isEqualTo(2_000);
    clock.tick(tick(5, false), 2_000);

    assertThat(clock.isSilent()).isFalse();
  }

  private static Control tick(int number, boolean quiet) {
    return Control.tick(1_000_000 + number * 5_000L, 5_000, quiet);
  }
}
