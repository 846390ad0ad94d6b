package io.weir.harness.node;

import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.NativeCommand;
import io.weir.harness.ship.LogSource;
import io.weir.harness.ship.RsyslogInputs;
import io.weir.harness.ship.ShipperConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A real rsyslogd with {@code k8s/agents/rsyslog.conf}, the agent of production, that ships files
 * into Kafka. Its queues and its places in the files survive a restart.
 */
public final class RsyslogNode implements ServerNode {
  /** Name of the process, and of the program in {@link NativeServers}. */
  public static final String NAME = "rsyslog";

  private static final String PROGRAM = "rsyslogd";
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final ManagedProcess process;
  private final Path spool;

  private RsyslogNode(Builder builder) {
    Path home = builder.directories.dataOf(builder.name);
    Path pidFile = home.resolve("rsyslogd.pid");
    Path inputs = home.resolve("inputs.conf");
    this.spool = home.resolve("spool");
    NativeServers servers = builder.layout.nativeServers();
    Path config = builder.layout.root().resolve("k8s/agents/rsyslog.conf");
    this.process =
        builder
            .directories
            .process(builder.name)
            .stopTimeout(STOP_TIMEOUT)
            .readiness(() -> missing(pidFile))
            .command(
                () -> {
                  prepare(inputs, pidFile, RsyslogInputs.of(builder.sources) + builder.inputs);
                  return new NativeCommand(servers.program(PROGRAM))
                      .environment("WEIR_KAFKA", builder.bootstrapServers)
                      .environment("WEIR_TOPIC", builder.topic)
                      .environment("WEIR_HOST", ShipperConfig.hostName())
                      .environment("WEIR_ZONE", zone())
                      .environment("WEIR_SPOOL", spool.toString())
                      .environment("WEIR_INPUTS", inputs.toString())
                      .environment("WEIR_SPOOL_REST", builder.spoolRest)
                      .environment("WEIR_SPOOL_URGENT", builder.spoolUrgent)
                      .arguments("-n", "-f", config.toString(), "-i", pidFile.toString());
                })
            .build();
  }

  /** Returns whether this machine has rsyslog for a repository. */
  public static boolean isAvailable(HarnessLayout layout) {
    return layout.nativeServers().has(PROGRAM);
  }

  public static Builder builder(NodeDirectories directories) {
    return new Builder(directories);
  }

  /** Files whose times name no zone were written in this machine's. */
  private static String zone() {
    return ZonedDateTime.now().getOffset().getId();
  }

  private void prepare(Path inputs, Path pidFile, String text) {
    try {
      Files.createDirectories(spool);
      Files.deleteIfExists(pidFile);
      Files.writeString(inputs, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + spool, e);
    }
  }

  /** rsyslogd writes its pid once it has understood its configuration and opened its inputs. */
  private static Optional<String> missing(Path pidFile) {
    return Files.exists(pidFile) ? Optional.empty() : Optional.of("no pid file yet");
  }

  @Override
  public ManagedProcess process() {
    return process;
  }

  /** Returns the folder of queues and places in files. */
  public Path spool() {
    return spool;
  }

  /** Returns whether a file has been read to its end; false while it is not open. */
  public boolean hasRead(Path file) {
    long pid = process.pid();
    Path descriptors = Path.of("/proc/" + pid + "/fd");
    long furthest = -1;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
      for (Path descriptor : open) {
        // It has a second one open, by which it tells files apart: that one stays near the start.
        if (Files.isSameFile(descriptor, file)) {
          Path info = Path.of("/proc/" + pid + "/fdinfo/" + descriptor.getFileName());
          String position = Files.readString(info).lines().findFirst().orElse("0");
          furthest = Math.max(furthest, Long.parseLong(position.replaceAll("\\D", "")));
        }
      }
      return furthest >= Files.size(file);
    } catch (IOException e) {
      return false; // a descriptor was closed meanwhile: asked again
    }
  }

  /** What it ships, and where to. */
  public static final class Builder {
    private final NodeDirectories directories;
    private String name = NAME;
    private HarnessLayout layout;
    private String bootstrapServers;
    private String topic = "logs";
    private List<LogSource> sources = List.of();
    private String inputs = "";
    private String spoolRest = "512m";
    private String spoolUrgent = "128m";

    private Builder(NodeDirectories directories) {
      this.directories = Objects.requireNonNull(directories, "directories");
    }

    /** Name of the process and its folder. Default: {@value RsyslogNode#NAME}. */
    public Builder name(String value) {
      name = Objects.requireNonNull(value, "value");
      return this;
    }

    public Builder layout(HarnessLayout value) {
      layout = Objects.requireNonNull(value, "value");
      return this;
    }

    public Builder kafka(String servers, String itsTopic) {
      bootstrapServers = Objects.requireNonNull(servers, "servers");
      topic = Objects.requireNonNull(itsTopic, "itsTopic");
      return this;
    }

    public Builder sources(List<LogSource> value) {
      sources = List.copyOf(value);
      return this;
    }

    /** Text of rsyslog's configuration after that of the sources: other inputs, modules. */
    public Builder inputs(String value) {
      inputs = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Disk for the queue of WARN and above, and for the other one, in rsyslog's words: 512m. */
    public Builder spool(String urgent, String rest) {
      spoolUrgent = Objects.requireNonNull(urgent, "urgent");
      spoolRest = Objects.requireNonNull(rest, "rest");
      return this;
    }

    public RsyslogNode build() {
      Objects.requireNonNull(bootstrapServers, "kafka");
      if (layout == null) {
        layout = HarnessLayout.find();
      }
      return new RsyslogNode(this);
    }
  }
}
