package io.weir.sinks.alerttopic;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.json.AlertStateJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The topics that hold where alerts stand and how they came there, keyed by rule and group. At
 * least once: after a recovery records can come again, in order, under the same keys. Producers are
 * idempotent and wait for all in-sync replicas.
 */
public final class AlertTopics {
  private AlertTopics() {}

  /**
   * Returns the sink of the latest states. An alert that is inactive is deleted from the topic,
   * which is compacted.
   *
   * @param client properties of Kafka's producer, {@code bootstrap.servers} at least
   */
  public static KafkaSink<AlertState> states(Map<String, String> client, String topic) {
    return sink(client, new States(requireNonNull(topic, "topic")));
  }

  /**
   * Returns the sink of transitions.
   *
   * @param client properties of Kafka's producer, {@code bootstrap.servers} at least
   */
  public static KafkaSink<AlertTransition> history(Map<String, String> client, String topic) {
    return sink(client, new History(requireNonNull(topic, "topic")));
  }

  private static <T> KafkaSink<T> sink(
      Map<String, String> client, KafkaRecordSerializationSchema<T> schema) {
    Map<String, String> given = new HashMap<>(client);
    given.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "5");
    given.put(ProducerConfig.ACKS_CONFIG, "all");
    given.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    Properties properties = new Properties();
    properties.putAll(given);
    return KafkaSink.<T>builder()
        .setBootstrapServers(given.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG))
        .setKafkaProducerConfig(properties)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(schema)
        .build();
  }

  private static byte[] key(AlertState state) {
    return state.key().getBytes(StandardCharsets.UTF_8);
  }

  /** Makes records of states. */
  record States(String topic) implements KafkaRecordSerializationSchema<AlertState> {
    private static final long serialVersionUID = 1;

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        AlertState state, KafkaSinkContext context, Long timestamp) {
      boolean over = state.status() == AlertStatus.INACTIVE;
      return new ProducerRecord<>(topic, key(state), over ? null : AlertStateJson.encode(state));
    }
  }

  /** Makes records of transitions. */
  record History(String topic) implements KafkaRecordSerializationSchema<AlertTransition> {
    private static final long serialVersionUID = 1;

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        AlertTransition transition, KafkaSinkContext context, Long timestamp) {
      return new ProducerRecord<>(
          topic, key(transition.state()), AlertStateJson.encode(transition));
    }
  }
}
