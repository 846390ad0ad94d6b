package io.weir.harness.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
}
