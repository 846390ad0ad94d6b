package io.weir.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PerfDataTest {
  private static final long OWN_PID = ProcessHandle.current().pid();

  @Test
  void readsTheCountersOfThisJvm() {
    PerfData own = PerfData.read(OWN_PID).orElseThrow();
    assertThat(own.number("java.threads.live").orElseThrow()).isPositive();
    assertThat(own.number("sun.gc.generation.0.space.0.capacity").orElseThrow()).isPositive();
    assertThat(own.number("sun.os.hrt.frequency").orElseThrow()).isPositive();
    assertThat(own.text("java.property.java.version")).contains(System.getProperty("java.version"));
    assertThat(own.number("no.such.counter")).isEmpty();
  }

  @Test
  void findsNothingOfAProcessThatIsNoJvm() {
    assertThat(PerfData.read(1L << 40)).isEmpty();
  }

  @Test
  void takesNoOtherFileAndNoDamagedOneForCounters() throws Exception {
    byte[] good =
        Files.readAllBytes(
            Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), Long.toString(OWN_PID)));
    assertThat(PerfData.parse(new byte[0])).isEmpty();
    assertThat(PerfData.parse(new byte[4096])).isEmpty();
    byte[] notYetAccessible = good.clone();
    notYetAccessible[7] = 0;
    assertThat(PerfData.parse(notYetAccessible)).isEmpty();
    byte[] entryWithoutLength = good.clone();
    java.util.Arrays.fill(entryWithoutLength, 32, 36, (byte) 0);
    assertThat(PerfData.parse(entryWithoutLength)).isEmpty();
  }
}
