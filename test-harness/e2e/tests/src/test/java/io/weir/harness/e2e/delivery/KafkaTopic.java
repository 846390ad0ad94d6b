package io.weir.harness.e2e.delivery;

import io.weir.harness.node.KafkaServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic of a test: creates it, reads it whole. */
public final class KafkaTopic {
  private final KafkaServers kafka;
  private final String name;

  public KafkaTopic(KafkaServers kafka, String name) {
    this.kafka = kafka;
    this.name = name;
  }

  /**
   * Creates the topic as production has it: append time, records of up to 8 MB, as many copies as
   * the brokers give it.
   */
  public KafkaTopic create(int partitions) {
    NewTopic topic =
        new NewTopic(name, Optional.of(partitions), Optional.empty())
            .configs(
                Map.of(
                    "message.timestamp.type",
                    "LogAppendTime",
                    "max.message.bytes",
                    Integer.toString(8 << 20)));
    try (Admin admin = kafka.admin()) {
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
      return this;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("creating topic " + name, e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("creating topic " + name, e);
    }
  }

  public String name() {
    return name;
  }

  /** Returns the id that Kafka gave this incarnation of the topic. */
  Uuid id() {
    try (Admin admin = kafka.admin()) {
      return admin
          .describeTopics(List.of(name))
          .allTopicNames()
          .get(30, TimeUnit.SECONDS)
          .get(name)
          .topicId();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("describing topic " + name, e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("describing topic " + name, e);
    }
  }

  /** Returns the number of records, control records of transactions included. */
  public long size() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.endOffsets(partitions(consumer)).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** Hands on every record that is in the topic now. */
  public void read(Consumer<ConsumerRecord<byte[], byte[]>> records) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records);
      }
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    return consumer.partitionsFor(name).stream()
        .map(info -> new TopicPartition(name, info.partition()))
        .toList();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
