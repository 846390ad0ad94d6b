package io.weir.operators.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the end of a partition, backwards in growing steps; a client lives for one question. */
public final class KafkaLastRecord implements LastRecord {
  private static final long serialVersionUID = 1;
  private static final long FIRST_STEP = 16;
  private static final Duration POLL = Duration.ofMillis(100);

  private final HashMap<String, String> clientProperties;

  /**
   * Creates a lookup.
   *
   * @param clientProperties properties of Kafka's consumer, {@code bootstrap.servers} at least
   */
  public KafkaLastRecord(Map<String, String> clientProperties) {
    this.clientProperties = new HashMap<>(requireNonNull(clientProperties, "clientProperties"));
  }

  @Override
  public OptionalLong of(TopicPartition partition) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return find(consumer, partition);
    }
  }

  static OptionalLong find(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    consumer.assign(List.of(partition));
    long beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    for (long step = FIRST_STEP, to = end; to > beginning; step *= 4) {
      long from = Math.max(beginning, to - step);
      long last = lastBetween(consumer, partition, from, end);
      if (last >= 0) {
        return OptionalLong.of(last);
      }
      to = from;
    }
    return OptionalLong.empty();
  }

  private static long lastBetween(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
    consumer.seek(partition, from);
    long last = -1;
    // Marks of transactions and records that compaction took are passed over by the position alone.
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
        last = record.offset() < end ? record.offset() : last;
      }
    }
    return last;
  }
}
