package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.NativeCommand;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Objects;

/** A real Alertmanager, alone: it gossips with no other. */
public final class AlertmanagerNode implements ServerNode {
  private static final String NAME = "alertmanager";

  /** Keeps alerts and notifies nobody. */
  private static final String SILENT = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n";

  private final int port;
  private final ManagedProcess process;
  private final Http http;

  private AlertmanagerNode(Builder builder) {
    this.port = builder.port();
    this.http = new Http(uri());
    Path home = builder.directories.dataOf(NAME);
    NativeServers servers = builder.layout().nativeServers();
    int memory = builder.heapMegabytes();
    Path config = builder.config;
    this.process =
        builder
            .directories
            .process(NAME)
            .readiness(http.answers("/-/ready"))
            .advice("a wrong configuration is named in its log")
            .command(() -> command(servers, home, memory, config))
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

  /**
   * GETs a path, for example {@code /api/v2/alerts}.
   *
   * @throws HttpStatusException when the answer is not 2xx
   */
  public JsonNode get(String path) {
    return http.get(path);
  }

  /** Reads its configuration file again; fails when there is something wrong in it. */
  public void reload() {
    http.send(
        HttpRequest.newBuilder(http.resolve("/-/reload"))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  private NativeCommand command(NativeServers servers, Path home, int memory, Path config) {
    Path file = config == null ? NodeFiles.write(home.resolve("silent.yml"), SILENT) : config;
    return servers
        .command(NAME, home, memory)
        .arguments(
            "--config.file=" + file,
            "--storage.path=" + home.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port,
            "--cluster.listen-address=");
  }

  /** Where, and whom it notifies. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private Path config;

    private Builder(NodeDirectories directories) {
      super(directories, 128);
    }

    /** The configuration file. Default: one that notifies nobody. */
    public Builder config(Path value) {
      config = Objects.requireNonNull(value).toAbsolutePath();
      return this;
    }

    public AlertmanagerNode build() {
      return new AlertmanagerNode(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
