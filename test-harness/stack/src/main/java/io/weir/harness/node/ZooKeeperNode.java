package io.weir.harness.node;

import io.weir.harness.process.JavaCommand;
import io.weir.harness.process.ManagedProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One real ZooKeeper server: Flink's high availability store. */
public final class ZooKeeperNode implements ServerNode {
  private static final String NAME = "zookeeper";
  private static final int PROBE_MILLIS = 2_000;

  private final int port;
  private final ManagedProcess process;

  private ZooKeeperNode(Builder builder) {
    this.port = builder.port();
    HarnessLayout layout = builder.layout();
    Path home = builder.directories.dataOf(NAME);
    this.process =
        builder
            .directories
            .process(NAME)
            .readiness(this::whatIsMissing)
            .advice("if its data is damaged, start with bin/up --fresh (deletes .weir/data)")
            .command(() -> command(layout, home, port, builder.heapMegabytes()))
            .build();
  }

  public static Builder builder(NodeDirectories directories) {
    return new Builder(directories);
  }

  @Override
  public ManagedProcess process() {
    return process;
  }

  /** {@code host:port}, as in {@code high-availability.zookeeper.quorum}. */
  public String connectString() {
    return "127.0.0.1:" + port;
  }

  private static JavaCommand command(HarnessLayout layout, Path home, int port, int heap) {
    Path logging = NodeFiles.copyResource("log4j2.properties", home);
    Map<String, String> config = new TreeMap<>();
    config.put("clientPort", Integer.toString(port));
    config.put("clientPortAddress", "127.0.0.1");
    config.put("dataDir", home.resolve("data").toString());
    config.put("tickTime", "1000");
    config.put("admin.enableServer", "false");
    config.put("4lw.commands.whitelist", "ruok");
    // Otherwise snapshots and transaction logs pile up for ever.
    config.put("autopurge.snapRetainCount", "3");
    config.put("autopurge.purgeInterval", "1");
    Path file = NodeFiles.writeProperties(home.resolve("zoo.cfg"), config);
    return new JavaCommand(layout.tetherJar(), "org.apache.zookeeper.server.quorum.QuorumPeerMain")
        .classPath(layout.classPath("zookeeper-node"))
        .heapMegabytes(heap)
        .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .systemProperty("log4j2.configurationFile", logging.toUri().toString())
        .systemProperty("zookeeper.jmx.log4j.disable", "true")
        .arguments(file.toString());
  }

  private Optional<String> whatIsMissing() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PROBE_MILLIS);
      socket.getOutputStream().write("ruok".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.equals("imok") ? Optional.empty() : Optional.of("ruok answers " + answer);
    }
  }

  /** Where and how large. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private Builder(NodeDirectories directories) {
      super(directories, 96);
    }

    public ZooKeeperNode build() {
      return new ZooKeeperNode(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
