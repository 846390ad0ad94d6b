package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.process.JavaCommand;
import io.weir.harness.process.ManagedProcess;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One real Elasticsearch node (see module {@code search-node} for what it lacks). */
public final class ElasticsearchNode implements ServerNode {
  private static final String NAME = "elasticsearch";
  private static final String MODULE = "search-node";

  private final int port;
  private final ManagedProcess process;
  private final Http http;

  private ElasticsearchNode(Builder builder) {
    this.port = builder.port();
    this.http = new Http(uri());
    Path home = builder.directories.dataOf(NAME);
    HarnessLayout layout = builder.layout();
    Map<String, String> settings = Map.copyOf(builder.settings);
    int heap = builder.heapMegabytes();
    this.process =
        builder
            .directories
            .process(NAME)
            .startTimeout(Duration.ofSeconds(120))
            // Yellow: every primary is there and writable. A node that recovers its indices after
            // a crash answers long before that.
            .readiness(http.answers("/_cluster/health?wait_for_status=yellow&timeout=1s"))
            .advice(
                "a lock error means another node uses "
                    + home
                    + "; out of memory: raise its heap; damaged data: bin/up --fresh")
            .command(() -> command(layout, home, heap, port, settings))
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
   * GETs a path, for example {@code /_cat/indices?format=json}.
   *
   * @throws HttpStatusException when the answer is not 2xx
   */
  public JsonNode get(String path) {
    return http.get(path);
  }

  /** Sends a request with a JSON body, empty for none, and returns the answer's body. */
  public String send(String method, String path, String body) {
    return http.send(
        HttpRequest.newBuilder(http.resolve(path))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body)));
  }

  private static JavaCommand command(
      HarnessLayout layout, Path home, int heap, int port, Map<String, String> settings) {
    NodeFiles.createFolder(home.resolve("tmp"));
    List<Path> classPath = new ArrayList<>();
    classPath.add(layout.target(MODULE, "weir-search-node.jar"));
    classPath.addAll(layout.classPath(MODULE));
    JavaCommand command =
        new JavaCommand(layout.tetherJar(), "io.weir.harness.search.SearchNode")
            .classPath(classPath)
            .heapMegabytes(heap)
            // Elasticsearch decides nothing by the collector; G1 keeps pauses short under bulks.
            .jvm("-XX:+UseG1GC")
            .systemProperty("java.io.tmpdir", home.resolve("tmp").toString())
            // The jars hold no vector library, and without this switch zstd is off as well.
            .systemProperty("org.elasticsearch.nativeaccess.enableVectorLibrary", "false")
            // The node logs its own end.
            .systemProperty("log4j.shutdownHookEnabled", "false")
            .systemProperty("log4j2.disable.jmx", "true")
            .arguments(
                home.toString(),
                layout.target(MODULE, "netty").toString(),
                layout.target(MODULE, "weir-search-node-root-handler.jar").toString(),
                "http.port=" + port);
    settings.forEach((name, value) -> command.arguments(name + "=" + value));
    return command;
  }

  /** Where and how large. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private final Map<String, String> settings = new TreeMap<>();

    private Builder(NodeDirectories directories) {
      super(directories, 512);
    }

    /** A node setting, as in {@code elasticsearch.yml}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    public ElasticsearchNode build() {
      return new ElasticsearchNode(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
