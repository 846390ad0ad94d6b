package io.weir.harness.node;

import io.weir.harness.process.JavaCommand;
import io.weir.harness.process.ManagedProcess;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The query gateway as it is shipped, in a process of its own. */
public final class GatewayProcess implements ServerNode {
  private static final String NAME = "gateway";
  private static final String MAIN = "io.weir.gateway.Gateway";

  private final int port;
  private final ManagedProcess process;

  private GatewayProcess(Builder builder) {
    this.port = builder.port();
    HarnessLayout layout = builder.layout();
    int heap = builder.heapMegabytes();
    Map<String, String> options = new TreeMap<>(builder.options);
    options.putIfAbsent("http.host", "127.0.0.1");
    options.put("http.port", Integer.toString(port));
    this.process =
        builder
            .directories
            .process(builder.name)
            .readiness(new Http(uri()).answers("/ready"))
            .advice("GET " + uri() + "ready names the dependency that does not answer")
            .command(() -> command(layout, heap, options))
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

  private static JavaCommand command(HarnessLayout layout, int heap, Map<String, String> options) {
    List<String> arguments = new ArrayList<>();
    options.forEach(
        (key, value) -> {
          arguments.add("--" + key);
          arguments.add(value);
        });
    return new JavaCommand(layout.tetherJar(), MAIN)
        .classPath(layout.gatewayClassPath())
        .heapMegabytes(heap)
        .arguments(arguments);
  }

  /** Where, how large, and the gateway's own options. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private final Map<String, String> options = new TreeMap<>();
    private String name = NAME;

    private Builder(NodeDirectories directories) {
      super(directories, 384);
    }

    /** Name of the process, for more than one gateway. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** An option of the gateway without its dashes, for example {@code roles}. */
    public Builder option(String key, String value) {
      options.put(key, value);
      return this;
    }

    public GatewayProcess build() {
      return new GatewayProcess(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
