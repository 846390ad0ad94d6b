package io.weir.harness.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void aFreePortCanBeListenedOn() throws IOException {
    try (ServerSocket socket = listen(Ports.free())) {
      assertThat(socket.isBound()).isTrue();
    }
  }

  @Test
  void severalFreePortsAreDifferent() {
    assertThat(Ports.free(200)).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void noConnectionThatLeavesTakesAFreePort() throws IOException {
    int firstEphemeral = firstEphemeral();
    assumeThat(firstEphemeral).as("of the kernel's range").isGreaterThan(21_000);
    assertThat(Ports.free(50)).allMatch(port -> port < firstEphemeral);
  }

  @Test
  void noPortIsGivenTwice() throws IOException {
    assumeThat(firstEphemeral()).as("of the kernel's range").isGreaterThan(21_000);
    List<Integer> first = Ports.free(100);
    assertThat(Ports.free(100)).doesNotContainAnyElementsOf(first);
  }

  @Test
  void namesWhoHoldsATakenPort() throws IOException {
    try (ServerSocket socket = listen(0)) {
      PortHolder holder = Ports.holder(socket.getLocalPort()).orElseThrow();

      assertThat(holder.pid()).isEqualTo(OptionalLong.of(ProcessHandle.current().pid()));
      assertThat(holder.describe())
          .startsWith("pid " + ProcessHandle.current().pid() + " (")
          .contains("java");
    }
  }

  @Test
  void nobodyHoldsAFreePort() {
    assertThat(Ports.holder(Ports.free())).isEmpty();
  }

  @Test
  void tellsOpenFromClosed() throws IOException {
    int port;
    try (ServerSocket socket = listen(0)) {
      port = socket.getLocalPort();
      assertThat(Ports.isOpen(port)).isTrue();
    }
    assertThat(Ports.isOpen(port)).isFalse();
  }

  @Test
  void keepsBothEndsOfALongCommand() {
    String shortened = PortHolder.shorten("java " + "x".repeat(500) + " kafka.Kafka");

    assertThat(shortened)
        .hasSizeLessThanOrEqualTo(160)
        .startsWith("java x")
        .endsWith("kafka.Kafka");
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  private static int firstEphemeral() throws IOException {
    Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    assumeThat(range).exists();
    return Integer.parseInt(Files.readAllLines(range).get(0).split("\\s+")[0]);
  }
}
