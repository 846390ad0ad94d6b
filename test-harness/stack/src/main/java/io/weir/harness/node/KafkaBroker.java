package io.weir.harness.node;

import io.weir.harness.process.JavaCommand;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * One real Kafka broker that is a controller too (KRaft): the only one, or one of those of a {@link
 * KafkaCluster}. Topics are not created by using them.
 */
public final class KafkaBroker implements ServerNode, KafkaServers {
  private static final String NAME = "kafka";
  private static final String MODULE = "kafka-node";
  private static final int PROBE_MILLIS = 3_000;
  private static final Duration FORMAT_TIMEOUT = Duration.ofSeconds(60);

  /** Any 16 bytes in base 64, the same for all brokers: there is no other cluster. */
  private static final String CLUSTER_ID = "d2Vpci1sb2NhbC1zdGFjaw";

  private final int port;
  private final ManagedProcess process;
  private final NodeDirectories directories;
  private final HarnessLayout layout;
  private final Path home;
  private final int heap;
  private final Map<String, String> settings;
  private final Optional<KafkaQuorum> quorum;
  private final int secondPort;
  private final int secondAdvertised;

  private KafkaBroker(Builder builder) {
    this.port = builder.port();
    this.directories = builder.directories;
    this.layout = builder.layout();
    this.heap = builder.heapMegabytes();
    this.settings = Map.copyOf(builder.settings);
    this.secondPort = builder.secondPort;
    this.secondAdvertised = builder.secondAdvertised;
    this.quorum = builder.quorum;
    String name = quorum.map(place -> NAME + "-" + place.id()).orElse(NAME);
    this.home = directories.dataOf(name);
    this.process =
        directories
            .process(name)
            .readiness(this::whatIsMissing)
            .stopTimeout(Duration.ofSeconds(30))
            .advice("damaged data: bin/up --fresh; out of memory: raise its heap")
            .command(this::serverCommand)
            .build();
  }

  public static Builder builder(NodeDirectories directories) {
    return new Builder(directories);
  }

  @Override
  public ManagedProcess process() {
    return process;
  }

  @Override
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            Integer.toString(PROBE_MILLIS),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            Integer.toString(10 * PROBE_MILLIS)));
  }

  private Optional<String> whatIsMissing() throws Exception {
    // The client would log a warning for each attempt to reach a closed port.
    if (!Ports.isOpen(port)) {
      return Optional.of("port " + port + " is closed");
    }
    try (Admin admin = admin()) {
      boolean registered =
          admin.describeCluster().nodes().get(PROBE_MILLIS, TimeUnit.MILLISECONDS).stream()
              .anyMatch(node -> node.port() == port);
      return registered ? Optional.empty() : Optional.of("the broker is not registered");
    }
  }

  private JavaCommand serverCommand() {
    Path config =
        NodeFiles.writeProperties(
            home.resolve("server.properties"), config(quorum.orElseGet(KafkaQuorum::alone)));
    if (!Files.exists(home.resolve("data/meta.properties"))) {
      format(config);
    }
    return java("kafka.Kafka", heap)
        .jvm("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=50")
        .arguments(config.toString());
  }

  private void format(Path config) {
    ManagedProcess storageTool =
        directories
            .process("kafka-format")
            .workingDirectory(home)
            .advice("check that " + home + " is writable")
            .command(
                () ->
                    java("kafka.tools.StorageTool", 64)
                        .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                        .arguments(
                            "format",
                            "-t",
                            CLUSTER_ID,
                            "-c",
                            config.toString(),
                            "--ignore-formatted"))
            .build();
    if (storageTool.start().awaitExit(FORMAT_TIMEOUT) != 0) {
      throw storageTool.failure("ended with " + storageTool.describeExit(), null);
    }
  }

  private JavaCommand java(String mainClass, int heapMegabytes) {
    Path logging = NodeFiles.copyResource("log4j2.properties", home);
    return new JavaCommand(layout.tetherJar(), mainClass)
        .classPath(layout.classPath(MODULE))
        .heapMegabytes(heapMegabytes)
        .systemProperty("log4j2.configurationFile", logging.toUri().toString())
        .systemProperty("kafka.logs.dir", directories.logs().toString());
  }

  private Map<String, String> config(KafkaQuorum place) {
    Map<String, String> config = new TreeMap<>();
    config.put("process.roles", "broker,controller");
    config.putAll(place.settings());
    String listeners = "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + place.port();
    String advertised = "PLAINTEXT://127.0.0.1:" + port;
    String protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT";
    if (secondPort != 0) {
      listeners += ",SECOND://127.0.0.1:" + secondPort;
      advertised += ",SECOND://127.0.0.1:" + secondAdvertised;
      protocols += ",SECOND:PLAINTEXT";
    }
    config.put("listeners", listeners);
    config.put("advertised.listeners", advertised);
    config.put("listener.security.protocol.map", protocols);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("log.dirs", home.resolve("data").toString());
    // A misspelt topic must fail, not come into being with one partition and CreateTime.
    config.put("auto.create.topics.enable", "false");
    // Few internal partitions start and stop faster.
    config.put("offsets.topic.num.partitions", "4");
    config.put("transaction.state.log.num.partitions", "4");
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    // 128 MB by default, taken from the heap at start.
    config.put("log.cleaner.dedupe.buffer.size", "16777216");
    config.putAll(settings);
    return config;
  }

  /** Where and how large. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private final Map<String, String> settings = new TreeMap<>();
    private Optional<KafkaQuorum> quorum = Optional.empty();
    private int secondPort;
    private int secondAdvertised;

    private Builder(NodeDirectories directories) {
      super(directories, 384);
    }

    /**
     * Listens on one more port, whose clients are told to connect to another one: that of a proxy
     * in between.
     */
    public Builder secondListener(int port, int advertisedPort) {
      secondPort = port;
      secondAdvertised = advertisedPort;
      return this;
    }

    /** Makes it one of several. */
    Builder quorum(KafkaQuorum value) {
      quorum = Optional.of(value);
      return this;
    }

    /** A broker setting, as in {@code server.properties}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    public KafkaBroker build() {
      return new KafkaBroker(this);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
