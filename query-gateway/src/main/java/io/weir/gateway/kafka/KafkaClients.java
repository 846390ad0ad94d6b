package io.weir.gateway.kafka;

import io.weir.gateway.config.GatewayConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the Kafka clients of the roles rules and tail from the configuration. */
public final class KafkaClients {
  private static final int RETRY_MAX_MS = 1_000;
  private static final int NEWEST_FETCH_BYTES = 4 << 20;

  /** At its end a topic keeps a fetch waiting, and the next window would wait with it. */
  private static final int NEWEST_FETCH_WAIT_MS = 10;

  private KafkaClients() {}

  /** Returns a consumer for a table: of committed records only, without a group. */
  public static Consumer<byte[], byte[]> tableConsumer(GatewayConfig.Kafka kafka) {
    Map<String, Object> properties = known(kafka, ConsumerConfig.configNames());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir-gateway-table");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RETRY_MAX_MS);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Returns a consumer for the tail: without a group, of partitions that it is assigned. It lets
   * the broker collect a little, because a fetch for each record would cost more than it brings.
   */
  public static Consumer<byte[], byte[]> tailConsumer(GatewayConfig.Kafka kafka) {
    Map<String, Object> properties = known(kafka, ConsumerConfig.configNames());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir-gateway-tail");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RETRY_MAX_MS);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 32 << 10);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 25);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Returns a consumer that looks at the end of a topic: small fetches, without a group. */
  public static Consumer<byte[], byte[]> newestConsumer(GatewayConfig.Kafka kafka) {
    Map<String, Object> properties = known(kafka, ConsumerConfig.configNames());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir-gateway-newest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, NEWEST_FETCH_BYTES);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, NEWEST_FETCH_BYTES / 4);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, NEWEST_FETCH_WAIT_MS);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Returns the transactional id under which every gateway writes a topic. */
  static String transactionalId(String topic) {
    return "weir-gateway-" + topic;
  }

  /** Returns a producer for documents; its transactions are not initialised yet. */
  public static Producer<byte[], byte[]> documentProducer(
      GatewayConfig.Kafka kafka, String topic, Duration writeTimeout) {
    int millis = (int) Math.min(Integer.MAX_VALUE, writeTimeout.toMillis());
    Map<String, Object> properties = known(kafka, ProducerConfig.configNames());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-gateway-" + topic);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(topic));
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // A gateway that dies in the middle of a write holds up readers for this long at most.
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.max(1_000, millis));
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, millis / 2));
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, millis / 3));
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.max(2, millis / 2));
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RETRY_MAX_MS);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Returns an admin client. */
  public static Admin admin(GatewayConfig.Kafka kafka, Duration timeout) {
    int millis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
    Map<String, Object> properties = known(kafka, AdminClientConfig.configNames());
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "weir-gateway-offsets");
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    return Admin.create(properties);
  }

  /** Returns what tells the end of a topic's only partition. */
  public static KafkaDocumentStore.LogEnd logEnd(Admin admin, String topic, Duration timeout) {
    TopicPartition partition = new TopicPartition(topic, 0);
    return () -> {
      try {
        return admin
            .listOffsets(
                Map.of(partition, OffsetSpec.latest()),
                new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
            .partitionResult(partition)
            .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .offset();
      } catch (ExecutionException e) {
        throw new KafkaException("the end of topic '" + topic + "' is not known", e.getCause());
      } catch (TimeoutException e) {
        throw new KafkaException("no broker told the end of topic '" + topic + "' in time", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      }
    };
  }

  private static Map<String, Object> known(GatewayConfig.Kafka kafka, Set<String> names) {
    Map<String, Object> properties = new HashMap<>();
    kafka.properties().entrySet().stream()
        .filter(entry -> names.contains(entry.getKey()))
        .forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
    return properties;
  }
}
