package io.weir.sinks.deadletter;

import io.weir.model.deadletter.DeadLetter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.metrics.MetricGroup;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Dead letters to a Kafka topic, through an idempotent producer that waits for all in-sync
 * replicas. A letter's future completes with Kafka's acknowledgement, or exceptionally after the
 * producer's delivery timeout. The producer's {@code buffer.memory} bounds what waits; when it is
 * full, or while the topic's metadata is not known, {@link #send} blocks for at most {@code
 * max.block.ms} and the future then fails.
 */
public final class KafkaDeadLetterChannel implements DeadLetterChannel {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final DeadLetterRecords records;
  private final DeadLetterMetrics metrics;

  KafkaDeadLetterChannel(
      DeadLetterTopic topic, Producer<byte[], byte[]> producer, MetricGroup metrics) {
    this.producer = Objects.requireNonNull(producer, "producer");
    this.records = new DeadLetterRecords(topic);
    this.metrics = new DeadLetterMetrics(metrics);
  }

  /** Returns what opens a channel on each task of a sink. */
  public static DeadLetterChannel.Factory factory(DeadLetterTopic topic) {
    Objects.requireNonNull(topic, "topic");
    return metrics ->
        new KafkaDeadLetterChannel(
            topic,
            new KafkaProducer<>(
                topic.properties(), new ByteArraySerializer(), new ByteArraySerializer()),
            metrics);
  }

  @Override
  public CompletableFuture<Void> send(DeadLetter deadLetter) {
    CompletableFuture<Void> stored = new CompletableFuture<>();
    try {
      ProducerRecord<byte[], byte[]> record = records.record(deadLetter);
      boolean cut = DeadLetterRecords.isCut(record);
      producer.send(
          record,
          (metadata, error) -> {
            if (error == null) {
              metrics.sent(deadLetter.reason(), cut);
              stored.complete(null);
            } else {
              fail(stored, deadLetter, error);
            }
          });
    } catch (RuntimeException e) {
      fail(stored, deadLetter, e);
    }
    return stored;
  }

  private void fail(CompletableFuture<Void> stored, DeadLetter deadLetter, Exception cause) {
    metrics.failed();
    stored.completeExceptionally(
        new DeadLetterException(
            "Kafka did not take a dead letter for topic '"
                + records.topic()
                + "' ("
                + deadLetter.origin()
                + ", reason "
                + deadLetter.reason()
                + "): "
                + cause.getMessage(),
            cause));
  }

  /** Sends what waits, for at most ten seconds, and releases the producer. */
  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
