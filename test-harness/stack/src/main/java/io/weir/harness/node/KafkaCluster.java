package io.weir.harness.node;

import io.weir.harness.process.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Three real brokers, each of them a controller too. Topics have three copies unless they say
 * otherwise, and a record is acknowledged ({@code acks=all}) when two of them hold it.
 */
public final class KafkaCluster implements KafkaServers, AutoCloseable {
  private static final int BROKERS = 3;
  private static final int PROBE_SECONDS = 10;

  private final List<KafkaBroker> brokers = new ArrayList<>();

  /**
   * @param settings of each broker, as in {@code server.properties}
   */
  public KafkaCluster(NodeDirectories directories, Map<String, String> settings) {
    List<Integer> controllers = Ports.free(BROKERS);
    for (int id = 1; id <= BROKERS; id++) {
      KafkaBroker.Builder broker =
          KafkaBroker.builder(directories)
              .heapMegabytes(256)
              .quorum(new KafkaQuorum(id, controllers));
      settings.forEach(broker::setting);
      brokers.add(broker.build());
    }
  }

  /** The brokers, in the order of their ids. */
  public List<KafkaBroker> brokers() {
    return List.copyOf(brokers);
  }

  /** Starts all brokers and returns at once. */
  public void start() {
    brokers.forEach(KafkaBroker::start);
  }

  /** Waits until every broker takes part. */
  public void awaitReady() {
    brokers.forEach(KafkaBroker::awaitReady);
  }

  @Override
  public String bootstrapServers() {
    return brokers.stream().map(KafkaBroker::bootstrapServers).collect(Collectors.joining(","));
  }

  @Override
  public Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
  }

  /**
   * Returns whether every copy of these topics' partitions has caught up with its leader: only then
   * may the next broker fail without more than one copy being behind.
   */
  public boolean isInSync(List<String> topics) throws Exception {
    try (Admin admin = admin()) {
      return admin
          .describeTopics(topics)
          .allTopicNames()
          .get(PROBE_SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .map(TopicDescription::partitions)
          .flatMap(List::stream)
          .allMatch(KafkaCluster::isInSync);
    }
  }

  private static boolean isInSync(TopicPartitionInfo partition) {
    return partition.isr().size() == partition.replicas().size();
  }

  @Override
  public void close() {
    // The last one has nobody left to hand its partitions to, and would wait for a quorum.
    for (KafkaBroker broker : brokers) {
      if (broker.process().isRunning()) {
        broker.process().kill();
      }
    }
  }
}
