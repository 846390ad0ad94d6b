package io.weir.operators.audit;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads given offsets of partitions, and nothing else: it commits nothing and is in no group. Used
 * by one thread.
 */
public final class SpanReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** After so many polls in a row that brought nothing and went no further, Kafka is stuck. */
  private static final int MAX_IDLE_POLLS = 300;

  private final Consumer<byte[], byte[]> consumer;
  private TopicPartition assigned;

  /** Where the assigned partition ended when that was last asked; it may only have grown since. */
  private long knownEnd;

  /** Opens readers on tasks; travels with the job graph. */
  @FunctionalInterface
  public interface Factory extends Serializable {
    /** Opens a reader. */
    SpanReader open();
  }

  SpanReader(Consumer<byte[], byte[]> consumer) {
    this.consumer = requireNonNull(consumer, "consumer");
  }

  /**
   * Connects with the first question.
   *
   * @param clientProperties properties of Kafka's consumer, {@code bootstrap.servers} at least
   */
  public static SpanReader open(Map<String, String> clientProperties) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    // A span is read to its end: a request for what comes after it must not keep the next one
    // waiting.
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new SpanReader(
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * Returns what opens readers.
   *
   * @param clientProperties properties of Kafka's consumer, {@code bootstrap.servers} at least
   */
  public static Factory factory(Map<String, String> clientProperties) {
    HashMap<String, String> properties = new HashMap<>(clientProperties);
    return () -> open(properties);
  }

  /** Takes a record. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes one record. */
    void record(ConsumerRecord<byte[], byte[]> record);
  }

  /**
   * Hands on the records between two offsets, in their order.
   *
   * @param first the first offset
   * @param end the offset after the last
   * @return the first of these offsets that Kafka still has; {@code end} if none
   * @throws IllegalStateException if Kafka does not go on
   */
  public long read(String topic, int partition, long first, long end, Visitor records) {
    TopicPartition of = new TopicPartition(topic, partition);
    if (!of.equals(assigned)) {
      consumer.assign(List.of(of));
      assigned = of;
      knownEnd = 0;
    }
    long from = Math.max(first, consumer.beginningOffsets(List.of(of)).get(of));
    if (from >= end) {
      return end;
    }
    if (end > knownEnd) {
      knownEnd = consumer.endOffsets(List.of(of)).get(of);
    }
    long to = Math.min(end, knownEnd);
    consumer.seek(of, from);
    long position = from;
    int idle = 0;
    while (position < to) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(of)) {
        if (record.offset() >= first && record.offset() < end) {
          records.record(record);
        }
      }
      // Marks of transactions and what was aborted are passed over by the position alone.
      long reached = consumer.position(of);
      idle = reached == position ? idle + 1 : 0;
      if (idle > MAX_IDLE_POLLS) {
        throw new IllegalStateException(
            of + " does not go on at offset " + position + "; wanted up to " + to);
      }
      position = reached;
    }
    return from;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
