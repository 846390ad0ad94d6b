package io.weir.harness.node;

import io.weir.harness.process.JavaCommand;
import io.weir.harness.process.ManagedProcess;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A real S3 server: s3proxy on a local directory. Requests are not authenticated; clients that must
 * sign use any credentials ({@link #ACCESS_KEY}, {@link #SECRET_KEY}). Path-style addresses only.
 */
public final class ObjectStore implements ServerNode {
  public static final String ACCESS_KEY = "weir";
  public static final String SECRET_KEY = "weir-local";

  private static final String NAME = "s3proxy";
  private static final int CONFLICT = 409;

  private final int port;
  private final Path files;
  private final ManagedProcess process;
  private final Http http;

  private ObjectStore(Builder builder) {
    this.port = builder.port();
    this.http = new Http(endpoint());
    Path home = builder.directories.dataOf(NAME);
    this.files = home.resolve("buckets");
    HarnessLayout layout = builder.layout();
    int heap = builder.heapMegabytes();
    this.process =
        builder
            .directories
            .process(NAME)
            .readiness(http.answers("/"))
            .advice("check that " + home + " is writable and the disk is not full")
            .command(() -> command(layout, home, heap))
            .build();
  }

  public static Builder builder(NodeDirectories directories) {
    return new Builder(directories);
  }

  @Override
  public ManagedProcess process() {
    return process;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  /** Creates a bucket (3 to 63 characters, lower case); an existing one is left as it is. */
  public void createBucket(String bucket) {
    try {
      http.send(
          HttpRequest.newBuilder(http.resolve("/" + bucket))
              .PUT(HttpRequest.BodyPublishers.noBody()));
    } catch (HttpStatusException e) {
      if (e.status() != CONFLICT) {
        throw e;
      }
    }
  }

  /** The folder that holds a bucket's objects, each a plain file under its key. */
  public Path bucketFolder(String bucket) {
    return files.resolve(bucket);
  }

  private JavaCommand command(HarnessLayout layout, Path home, int heap) {
    Path logging = NodeFiles.copyResource("logback.xml", home);
    Map<String, String> config = new TreeMap<>();
    config.put("s3proxy.endpoint", "http://127.0.0.1:" + port);
    config.put("s3proxy.authorization", "none");
    config.put("s3proxy.jetty.max-threads", "64");
    config.put("jclouds.provider", "filesystem-nio2");
    config.put("jclouds.filesystem.basedir", files.toString());
    config.put("jclouds.identity", ACCESS_KEY);
    config.put("jclouds.credential", SECRET_KEY);
    Path file = NodeFiles.writeProperties(home.resolve("s3proxy.properties"), config);
    NodeFiles.createFolder(files);
    return new JavaCommand(layout.tetherJar(), "org.gaul.s3proxy.Main")
        .classPath(layout.classPath("object-store"))
        .heapMegabytes(heap)
        .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .systemProperty("logback.configurationFile", logging.toString())
        .arguments("--properties", file.toString());
  }

  /** Where and how large. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private Builder(NodeDirectories directories) {
      super(directories, 192);
    }

    public ObjectStore build() {
      return new ObjectStore(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
