package io.weir.harness.node;

import io.weir.harness.process.Ports;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A broker's place among the controllers: with a fixed set of voters, each of which is a broker too
 * (KIP-500, KIP-595).
 *
 * @param id of this broker, from 1
 * @param ports of the controllers, that of broker 1 first
 */
record KafkaQuorum(int id, List<Integer> ports) {
  /** As many copies as a cluster of three can hold; production has them too. */
  private static final int MAX_COPIES = 3;

  KafkaQuorum {
    ports = List.copyOf(ports);
  }

  /** Returns the quorum of a broker that has nobody beside it. */
  static KafkaQuorum alone() {
    // The controller's port is nobody else's business: another one at each start.
    return new KafkaQuorum(1, List.of(Ports.free()));
  }

  /** Returns the port of this broker's controller. */
  int port() {
    return ports.get(id - 1);
  }

  /** Returns the settings that follow: who votes, and how many copies there are of a record. */
  Map<String, String> settings() {
    int most = Math.min(MAX_COPIES, ports.size());
    String copies = Integer.toString(most);
    // With one copy fewer a broker may be away, and still no acknowledged record is in one place.
    String inSync = Integer.toString(Math.max(1, most - 1));
    Map<String, String> settings = new TreeMap<>();
    settings.put("node.id", Integer.toString(id));
    settings.put(
        "controller.quorum.voters",
        IntStream.rangeClosed(1, ports.size())
            .mapToObj(voter -> voter + "@127.0.0.1:" + ports.get(voter - 1))
            .collect(Collectors.joining(",")));
    settings.put("default.replication.factor", copies);
    settings.put("min.insync.replicas", inSync);
    settings.put("offsets.topic.replication.factor", copies);
    settings.put("transaction.state.log.replication.factor", copies);
    settings.put("transaction.state.log.min.isr", inSync);
    settings.put("share.coordinator.state.topic.replication.factor", copies);
    settings.put("share.coordinator.state.topic.min.isr", inSync);
    return settings;
  }
}
