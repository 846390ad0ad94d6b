package io.weir.harness.ship;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;

/**
 * What a shipper needs to know.
 *
 * @param bootstrapServers Kafka
 * @param topic topic of log events
 * @param positions file that remembers how far each file has been shipped
 * @param host host name of events whose lines name none
 * @param zone zone of times that name none
 * @param sources files to follow. Never the log of the program that the shipper runs in: a line
 *     about shipping would be shipped
 */
public record ShipperConfig(
    String bootstrapServers,
    String topic,
    Path positions,
    String host,
    ZoneId zone,
    List<LogSource> sources) {

  public ShipperConfig {
    Objects.requireNonNull(bootstrapServers, "bootstrapServers");
    Objects.requireNonNull(topic, "topic");
    positions = positions.toAbsolutePath().normalize();
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(zone, "zone");
    sources = List.copyOf(sources);
  }

  /** Returns the configuration of a shipper for this machine: its name, its time zone. */
  public static ShipperConfig ofThisMachine(
      String bootstrapServers, String topic, Path positions, List<LogSource> sources) {
    return new ShipperConfig(
        bootstrapServers, topic, positions, hostName(), ZoneId.systemDefault(), sources);
  }

  /** Returns the name of this machine. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
