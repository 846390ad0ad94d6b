package io.weir.gateway.kafka;

import io.weir.gateway.Dependency;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Kafka, as far as a role needs it: brokers that answer and a topic all of whose partitions lead.
 */
public final class KafkaDependency implements Dependency, AutoCloseable {
  private static final int TIMEOUT_MS = 1_200;

  private final Admin admin;
  private final String name;
  private final String topic;
  private final Role role;
  private final boolean required;

  /**
   * @param admin owned from now on
   * @param required whether the role as a whole cannot serve without the topic
   */
  KafkaDependency(Admin admin, String name, String topic, Role role, boolean required) {
    this.admin = Objects.requireNonNull(admin, "admin");
    this.name = Objects.requireNonNull(name, "name");
    this.topic = Objects.requireNonNull(topic, "topic");
    this.role = Objects.requireNonNull(role, "role");
    this.required = required;
  }

  /** Connects to the topic of log events, which ingest writes; nothing is sent yet. */
  public static KafkaDependency logs(GatewayConfig.Kafka kafka) {
    return create(kafka, "kafka", kafka.logsTopic(), Role.INGEST, true);
  }

  /** Connects to the topic of log events, which the tail reads; nothing is sent yet. */
  public static KafkaDependency tail(GatewayConfig.Kafka kafka) {
    return create(kafka, "kafka-tail", kafka.logsTopic(), Role.TAIL, true);
  }

  /**
   * Connects to the topic of metric points; nothing is sent yet. Without it points are answered
   * with 503, and events go on.
   */
  public static KafkaDependency metrics(GatewayConfig.Kafka kafka) {
    return create(kafka, "kafka-metrics", kafka.metricsTopic(), Role.INGEST, false);
  }

  private static KafkaDependency create(
      GatewayConfig.Kafka kafka, String name, String topic, Role role, boolean required) {
    Map<String, Object> properties = new HashMap<>();
    kafka.properties().entrySet().stream()
        .filter(entry -> AdminClientConfig.configNames().contains(entry.getKey()))
        .forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "weir-gateway-readiness");
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    return new KafkaDependency(Admin.create(properties), name, topic, role, required);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public boolean required() {
    return required;
  }

  @Override
  public String check() throws Exception {
    try {
      TopicDescription description =
          admin
              .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
              .allTopicNames()
              .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
              .get(topic);
      long leaderless =
          description.partitions().stream()
              .filter(partition -> partition.leader() == null || partition.leader().isEmpty())
              .count();
      if (leaderless > 0) {
        throw new IllegalStateException(
            leaderless + " partitions of topic '" + topic + "' have no leader");
      }
      return "topic '" + topic + "' has " + description.partitions().size() + " partitions";
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "topic '" + topic + "' cannot be described: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("no broker answered within " + TIMEOUT_MS + " ms", e);
    }
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(1));
  }
}
