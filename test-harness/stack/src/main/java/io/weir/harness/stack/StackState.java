package io.weir.harness.stack;

import io.weir.harness.node.NodeFiles;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What a running stack leaves for {@code bin/status}.
 *
 * @param ports its ports
 * @param started when it was started
 */
record StackState(StackPorts ports, Instant started) {
  private static final String STARTED = "started";

  void write(Path file) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(STARTED, started.toString());
    ports.byName().forEach((name, port) -> properties.put(name, Integer.toString(port)));
    NodeFiles.writeProperties(file, properties);
  }

  static StackState read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return new StackState(
        new StackPorts(
            port(properties, "gateway"),
            port(properties, "flink"),
            port(properties, "kafka"),
            port(properties, "elasticsearch"),
            port(properties, "s3"),
            port(properties, "prometheus"),
            port(properties, "pushgateway"),
            port(properties, "alertmanager"),
            port(properties, "zookeeper")),
        Instant.parse(properties.getProperty(STARTED)));
  }

  private static int port(Properties properties, String name) {
    return Integer.parseInt(properties.getProperty(name));
  }
}
