package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.NativeCommand;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real VictoriaMetrics of one node: a receiver of remote writes that is not Prometheus. A killed
 * one may lose the last seconds of what it had taken.
 */
public final class VictoriaMetricsNode implements ServerNode {
  private static final String NAME = "victoria-metrics";

  private final int port;
  private final ManagedProcess process;
  private final Http http;

  private VictoriaMetricsNode(Builder builder) {
    this.port = builder.port();
    this.http = new Http(uri());
    Path home = builder.directories.dataOf(NAME);
    NativeServers servers = builder.layout().nativeServers();
    int memory = builder.heapMegabytes();
    Duration retention = builder.retention;
    this.process =
        builder
            .directories
            .process(NAME)
            .readiness(http.answers("/health"))
            .command(() -> command(servers, home, memory, retention))
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

  /** Where samples are written to. */
  public URI remoteWriteUri() {
    return uri().resolve("/api/v1/write");
  }

  /**
   * Returns every stored sample of the series that match, each series as {@code {metric, values,
   * timestamps}}.
   *
   * @param selector such as <code>{__name__="up"}</code>
   */
  public List<JsonNode> export(String selector) {
    // What was written a moment ago is not searched yet.
    http.send(HttpRequest.newBuilder(http.resolve("/internal/force_flush")));
    String lines =
        http.send(
            HttpRequest.newBuilder(
                http.resolve(
                    "/api/v1/export?match%5B%5D="
                        + URLEncoder.encode(selector, StandardCharsets.UTF_8))));
    return lines.lines().map(Http::json).toList();
  }

  private NativeCommand command(NativeServers servers, Path home, int memory, Duration retention) {
    return servers
        .command(NAME, home, memory)
        .arguments(
            "-storageDataPath=" + home.resolve("data"),
            "-httpListenAddr=127.0.0.1:" + port,
            "-retentionPeriod=" + retention.toHours() + "h",
            "-memory.allowedBytes=" + memory + "MiB",
            "-search.latencyOffset=0s");
  }

  /** Where, and for how long. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private Duration retention = Duration.ofDays(30);

    private Builder(NodeDirectories directories) {
      super(directories, 128);
    }

    /** Older samples are neither kept nor taken. */
    public Builder retention(Duration value) {
      retention = value;
      return this;
    }

    public VictoriaMetricsNode build() {
      return new VictoriaMetricsNode(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
