package io.weir.harness.node;

import io.weir.harness.process.Ports;
import java.util.Objects;

/** What every server of one port is built from. */
abstract sealed class ServerNodeBuilder<B extends ServerNodeBuilder<B>>
    permits AlertmanagerNode.Builder,
        ElasticsearchNode.Builder,
        GatewayProcess.Builder,
        KafkaBroker.Builder,
        ObjectStore.Builder,
        PrometheusNode.Builder,
        PushgatewayNode.Builder,
        VictoriaMetricsNode.Builder,
        ZooKeeperNode.Builder {
  final NodeDirectories directories;
  private HarnessLayout layout;
  private int port;
  private int heapMegabytes;

  ServerNodeBuilder(NodeDirectories directories, int heapMegabytes) {
    this.directories = Objects.requireNonNull(directories, "directories");
    this.heapMegabytes = heapMegabytes;
  }

  /** Where the built servers stand. Default: {@link HarnessLayout#find()}. */
  public B layout(HarnessLayout value) {
    layout = Objects.requireNonNull(value);
    return self();
  }

  /** Port on the loopback interface. Default: a free one. */
  public B port(int value) {
    port = value;
    return self();
  }

  /** A JVM's heap; for a server that is none, the memory at which it collects more often. */
  public B heapMegabytes(int value) {
    heapMegabytes = value;
    return self();
  }

  abstract B self();

  HarnessLayout layout() {
    return layout == null ? HarnessLayout.find() : layout;
  }

  int port() {
    return port == 0 ? Ports.free() : port;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }
}
