package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.process.ManagedProcess;
import java.net.URI;
import java.nio.file.Path;

/** A real Pushgateway; what was pushed survives a restart. */
public final class PushgatewayNode implements ServerNode {
  private static final String NAME = "pushgateway";

  private final int port;
  private final ManagedProcess process;
  private final Http http;

  private PushgatewayNode(Builder builder) {
    this.port = builder.port();
    this.http = new Http(uri());
    Path home = builder.directories.dataOf(NAME);
    NativeServers servers = builder.layout().nativeServers();
    int memory = builder.heapMegabytes();
    this.process =
        builder
            .directories
            .process(NAME)
            .readiness(http.answers("/-/ready"))
            .advice("damaged pushes: delete " + home.resolve("pushed") + ", or bin/up --fresh")
            .command(
                () ->
                    servers
                        .command(NAME, home, memory)
                        .arguments(
                            "--web.listen-address=127.0.0.1:" + port,
                            "--persistence.file=" + home.resolve("pushed"),
                            "--persistence.interval=10s"))
            .build();
  }

  public static Builder builder(NodeDirectories directories) {
    return new Builder(directories);
  }

  @Override
  public ManagedProcess process() {
    return process;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  /** Returns what was pushed: {@code /api/v1/metrics}. */
  public JsonNode pushed() {
    return http.get("/api/v1/metrics").path("data");
  }

  /** Where. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private Builder(NodeDirectories directories) {
      super(directories, 64);
    }

    public PushgatewayNode build() {
      return new PushgatewayNode(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
