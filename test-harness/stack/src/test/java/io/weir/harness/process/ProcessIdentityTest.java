package io.weir.harness.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessIdentityTest {
  @Test
  void thisProcessIsRunning() {
    assertThat(ProcessIdentity.ofThisProcess().isRunning()).isTrue();
  }

  @Test
  void anotherProcessWithTheSamePidIsNotTheOneThatWasMeant() {
    ProcessIdentity now = ProcessIdentity.ofThisProcess();

    assertThat(new ProcessIdentity(now.pid(), now.startTicks() - 1).isRunning()).isFalse();
  }

  @Test
  void anEndedProcessIsNotRunning() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
    assertThat(identity.isRunning()).isTrue();

    process.destroyForcibly().waitFor();

    assertThat(identity.isRunning()).isFalse();
  }

  @Test
  void isReadBackFromWhatItWrites() {
    ProcessIdentity identity = ProcessIdentity.ofThisProcess();

    assertThat(ProcessIdentity.parse(identity + "\n")).contains(identity);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4711", "4711 x", "a b", "1 2 3"})
  void anIncompletePidFileNamesNobody(String text) {
    assertThat(ProcessIdentity.parse(text)).isEmpty();
  }

  @Test
  void readsFiguresOfACommandWithSpacesAndParentheses() {
    String stat =
        "77 (a (b) c) S 1 77 77 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 9 0 123456 900000 25 184467";

    ProcStat parsed = ProcStat.parse(stat);

    assertThat(parsed.state()).isEqualTo('S');
    assertThat(parsed.cpu()).isEqualTo(Duration.ofSeconds(2));
    assertThat(parsed.startTicks()).isEqualTo(123456);
    assertThat(parsed.residentBytes()).isEqualTo(25 * 4096);
  }
}
