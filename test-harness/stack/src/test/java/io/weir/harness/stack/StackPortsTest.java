package io.weir.harness.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class StackPortsTest {
  @Test
  void namesATakenPortWithItsHolderAndTheFlagThatChangesIt() throws Exception {
    StackPorts free = StackPorts.free();
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StackPorts ports =
          new StackPorts(
              free.gateway(),
              free.flink(),
              socket.getLocalPort(),
              free.elasticsearch(),
              free.s3(),
              free.prometheus(),
              free.pushgateway(),
              free.alertmanager(),
              free.zooKeeper());

      assertThat(ports.conflicts())
          .singleElement()
          .asString()
          .contains("port " + socket.getLocalPort() + " (kafka) is taken by pid")
          .contains("pid " + ProcessHandle.current().pid())
          .contains("--kafka-port");
    }
  }

  @Test
  void freePortsAreInNobodysWay() {
    assertThat(StackPorts.free().conflicts()).isEmpty();
  }

  @Test
  void reportsEveryBadPortAtOnce() {
    assertThatThrownBy(() -> new StackPorts(0, 8081, 9092, 9092, 70_000, 9090, 9091, 9093, 2181))
        .hasMessageContaining("--gateway-port is 1 to 65535, not 0")
        .hasMessageContaining("--elasticsearch-port and --kafka-port are both 9092")
        .hasMessageContaining("--s3-port is 1 to 65535, not 70000");
  }
}
