package io.weir.sinks.metrics;

import static java.util.Objects.requireNonNull;

import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The sink for points into the topic of metric points, keyed by the metric's name. At least once: a
 * checkpoint completes only after Kafka has acknowledged every point before it; after a recovery
 * points can come again.
 */
public final class MetricTopicSink {
  private MetricTopicSink() {}

  /**
   * Returns a sink that writes to a topic.
   *
   * @param topic name of the topic
   * @param client properties of Kafka's clients, {@code bootstrap.servers} among them
   */
  public static KafkaSink<MetricPoint> to(String topic, Map<String, String> client) {
    return KafkaSink.<MetricPoint>builder()
        .setBootstrapServers(client.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG))
        .setKafkaProducerConfig(properties(client))
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(new Schema(topic))
        .build();
  }

  /** Returns the producer's properties: ours where the given ones say nothing, then the fixed. */
  static Properties properties(Map<String, String> client) {
    Properties properties = new Properties();
    properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "20");
    properties.putAll(client);
    properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
    properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    return properties;
  }

  /** Makes records. */
  static final class Schema implements KafkaRecordSerializationSchema<MetricPoint> {
    private static final long serialVersionUID = 1;

    private final String topic;

    Schema(String topic) {
      this.topic = requireNonNull(topic, "topic");
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        MetricPoint point, KafkaSinkContext context, Long timestamp) {
      return new ProducerRecord<>(
          topic, point.metric().getBytes(StandardCharsets.UTF_8), MetricPointJson.encode(point));
    }
  }
}
