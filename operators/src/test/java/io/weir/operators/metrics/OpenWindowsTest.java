package io.weir.operators.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenWindowsTest {
  private final OpenWindows open = new OpenWindows();

  private static long window(long number) {
    return number * Windows.MILLIS;
  }

  @Test
  void everyWindowIsOpenUntilItIsEmitted() {
    assertThat(open.isOpen(window(-5))).isTrue();
    assertThat(open.isOpen(window(1L << 40))).isTrue();

    open.emitted(window(10));

    assertThat(open.isOpen(window(10))).isFalse();
    assertThat(open.isOpen(window(9))).isTrue();
    assertThat(open.isOpen(window(11))).isTrue();
    assertThat(open.isBehind(window(9))).isTrue();
    assertThat(open.isBehind(window(11))).isFalse();
  }

  @Test
  void remembersExactlyWhatWasEmittedWhileThereAreFewGaps() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      OpenWindows windows = new OpenWindows();
      Set<Long> emitted = new HashSet<>();
      for (int i = 0; i < 40; i++) {
        long number = 100 + random.nextInt(2 * OpenWindows.MAX_GAPS);
        assertThat(windows.isOpen(window(number))).isEqualTo(!emitted.contains(number));
        if (emitted.add(number)) {
          assertThat(windows.emitted(window(number))).isZero();
        }
      }
    }
  }

  @Test
  void closesTheShortestGapWhenThereAreTooMany() {
    open.emitted(window(0));
    open.emitted(window(1000)); // an outage
    long closed = 0;
    for (int i = 1; i <= 20; i++) {
      closed += open.emitted(window(1000 + 4 * i));
    }

    assertThat(closed).isEqualTo(3 * (20 + 1 - OpenWindows.MAX_GAPS));
    assertThat(open.isOpen(window(500))).isTrue();
    assertThat(open.isOpen(window(1001))).isFalse();
    assertThat(open.isOpen(window(1079))).isTrue();
    assertThat(open.isOpen(window(-1))).isTrue();
  }
}
