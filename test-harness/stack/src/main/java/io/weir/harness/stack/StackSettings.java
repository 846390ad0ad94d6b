package io.weir.harness.stack;

import io.weir.harness.deploy.Deployments;
import io.weir.harness.generate.Arguments;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.NodeFiles;
import io.weir.harness.node.RsyslogNode;
import io.weir.harness.ship.LogShipper;
import io.weir.harness.ship.LogSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What one stack is made of.
 *
 * @param layout where the built servers stand
 * @param directories its data, logs and pid files
 * @param ports its ports
 * @param tails files to ship besides the components' own logs
 * @param agent who ships them
 * @param retention when expired indices are deleted
 */
public record StackSettings(
    HarnessLayout layout,
    NodeDirectories directories,
    StackPorts ports,
    List<LogSource> tails,
    Agent agent,
    Retention.Schedule retention) {
  /**
   * Seconds between runs of retention, and before the first; for tests, which cannot wait hours.
   */
  static final String RETENTION_SECONDS = "WEIR_RETENTION_SECONDS";

  /** In a file of its own, so that {@code bin/up --help} can show it before anything is built. */
  static final String USAGE = NodeFiles.readResource(StackSettings.class, "usage.txt");

  public StackSettings {
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(directories, "directories");
    Objects.requireNonNull(ports, "ports");
    Objects.requireNonNull(agent, "agent");
    tails = List.copyOf(tails);
    Objects.requireNonNull(retention, "retention");
  }

  /**
   * Reads flags, and environment variables where a flag is missing.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static StackSettings of(Arguments flags, Map<String, String> environment, HarnessLayout layout) {
    if (!flags.rest().isEmpty()) {
      throw new IllegalArgumentException("'" + flags.rest().get(0) + "' is not an option");
    }
    Map<String, Integer> defaults = StackPorts.DEFAULT.byName();
    StackPorts ports =
        new StackPorts(
            port("gateway", flags, environment, defaults),
            port("flink", flags, environment, defaults),
            port("kafka", flags, environment, defaults),
            port("elasticsearch", flags, environment, defaults),
            port("s3", flags, environment, defaults),
            port("prometheus", flags, environment, defaults),
            port("pushgateway", flags, environment, defaults),
            port("alertmanager", flags, environment, defaults),
            port("zookeeper", flags, environment, defaults));
    String home = flags.text("home", environment.getOrDefault("WEIR_HOME", ".weir"));
    return new StackSettings(
        layout,
        NodeDirectories.under(layout.root().resolve(home)),
        ports,
        flags.all("tail").stream().map(LogShipper::source).toList(),
        agent(flags.text("agent", environment.getOrDefault("WEIR_AGENT", "auto")), layout),
        retention(environment));
  }

  /** Who ships the files that {@code --tail} names; components' logs are the built-in agent's. */
  public enum Agent {
    RSYSLOG,
    BUILTIN
  }

  private static Agent agent(String text, HarnessLayout layout) {
    return switch (text) {
      case "auto" -> RsyslogNode.isAvailable(layout) ? Agent.RSYSLOG : Agent.BUILTIN;
      case "rsyslog" -> {
        if (!RsyslogNode.isAvailable(layout)) {
          throw new IllegalArgumentException(
              "--agent rsyslog: this machine has none; leave it to --agent builtin");
        }
        yield Agent.RSYSLOG;
      }
      case "builtin" -> Agent.BUILTIN;
      default ->
          throw new IllegalArgumentException(
              "--agent '" + text + "' is none of auto, rsyslog, builtin");
    };
  }

  private static Retention.Schedule retention(Map<String, String> environment) {
    String seconds = environment.get(RETENTION_SECONDS);
    if (seconds == null) {
      return Retention.Schedule.HOURLY;
    }
    try {
      Duration interval = Duration.ofSeconds(Long.parseLong(seconds));
      return new Retention.Schedule(interval, interval);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          RETENTION_SECONDS + " '" + seconds + "' is no number of seconds above 0", e);
    }
  }

  private static int port(
      String name,
      Arguments flags,
      Map<String, String> environment,
      Map<String, Integer> defaults) {
    String variable = "WEIR_" + name.toUpperCase(Locale.ROOT) + "_PORT";
    String flag = name + "-port";
    String text =
        flags.text(flag, environment.getOrDefault(variable, Integer.toString(defaults.get(name))));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      String where = flags.has(flag) ? "--" + flag : variable;
      throw new IllegalArgumentException(where + " '" + text + "' is not a port", e);
    }
  }

  /** What is deployed, for those who deploy. */
  Deployments deployments() {
    return Deployments.below(directories);
  }

  Path stackPidFile() {
    return directories.run().resolve("stack.pid");
  }

  /**
   * Says the same where the build can see it, whatever the folder of the stack: what a running
   * stack is made of must not be built anew.
   */
  Path runsHereFile() {
    return layout.root().resolve("target/stacks/" + ProcessHandle.current().pid() + ".pid");
  }

  /** Exists while every component answers. */
  Path readyFile() {
    return directories.run().resolve("ready");
  }

  /** How retention went last. */
  Path retentionFile() {
    return directories.run().resolve("retention");
  }

  Path stateFile() {
    return directories.run().resolve("stack.properties");
  }
}
