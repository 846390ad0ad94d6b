package io.weir.sinks.deadletter;

import java.io.Serial;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The Kafka topic of dead letters and how it is written. Whatever the properties say, producers are
 * idempotent and wait for all in-sync replicas.
 *
 * @param topic name of the topic
 * @param producerProperties properties of the Kafka producer, {@code bootstrap.servers} among them
 * @param maxRecordBytes largest record, which must not exceed the topic's {@code
 *     max.message.bytes}; the payload of a letter is cut so that the letter fits
 */
public record DeadLetterTopic(
    String topic, Map<String, String> producerProperties, int maxRecordBytes)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Kafka's own default for topics and producers, less what a record batch adds. */
  public static final int DEFAULT_MAX_RECORD_BYTES = 1_048_576;

  /** A smaller limit leaves no room for what a letter has besides its payload. */
  public static final int MIN_RECORD_BYTES = 64 << 10;

  private static final String MAX_BLOCK_MS = "30000";
  private static final int BUFFERED_RECORDS = 16;

  public DeadLetterTopic {
    Objects.requireNonNull(topic, "topic");
    producerProperties = new HashMap<>(producerProperties);
    if (topic.isBlank()) {
      throw new IllegalArgumentException("dead letters: topic is empty");
    }
    if (maxRecordBytes < MIN_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "dead letters: maxRecordBytes is "
              + maxRecordBytes
              + ", must be at least "
              + MIN_RECORD_BYTES);
    }
    if (!producerProperties.containsKey(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)) {
      throw new IllegalArgumentException("dead letters: bootstrap.servers is missing");
    }
  }

  /** Returns the topic with Kafka's default record size. */
  public static DeadLetterTopic of(String topic, Map<String, String> producerProperties) {
    return new DeadLetterTopic(topic, producerProperties, DEFAULT_MAX_RECORD_BYTES);
  }

  String bootstrapServers() {
    return producerProperties.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
  }

  /** Returns the producer's properties: ours where the given ones say nothing, then the fixed. */
  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "5");
    properties.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    properties.setProperty(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Long.toString((long) BUFFERED_RECORDS * maxRecordBytes));
    properties.putAll(producerProperties);
    properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
    properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(maxRecordBytes));
    return properties;
  }
}
