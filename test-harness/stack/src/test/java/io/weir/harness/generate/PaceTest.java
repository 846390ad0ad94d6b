package io.weir.harness.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicLong now = new AtomicLong(1000);

  @Test
  void theAverageIsExactWhateverASleepOvershoots() {
    // A scheduler that always sleeps 300 us longer than asked.
    Pace pace = new Pace(20_000, now::get, nanos -> now.addAndGet(nanos + 300_000));
    for (long i = 0; i <= 200_000; i++) {
      pace.await(i);
    }
    assertThat(pace.elapsedNanos()).isBetween(9_999_000_000L, 10_001_000_000L);
  }

  @Test
  void catchesUpAfterAPause() {
    Pace pace = new Pace(1000, now::get, now::addAndGet);
    pace.await(0);
    now.addAndGet(5_000_000_000L);
    for (long i = 1; i < 10_000; i++) {
      pace.await(i);
    }
    assertThat(pace.elapsedNanos()).isBetween(9_990_000_000L, 10_000_000_000L);
  }

  @Test
  void noLimitNeverWaits() {
    Pace pace =
        new Pace(
            0,
            now::get,
            nanos -> {
              throw new AssertionError("waited " + nanos);
            });
    pace.await(Long.MAX_VALUE);
    assertThat(pace.elapsedNanos()).isZero();
  }
}
