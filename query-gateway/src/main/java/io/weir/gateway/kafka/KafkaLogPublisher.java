package io.weir.gateway.kafka;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.LogPublisher;
import io.weir.gateway.ingest.OutgoingLog;
import io.weir.gateway.ingest.PublishException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes to a Kafka topic: idempotent, acknowledged by all in-sync replicas, each event under
 * its key with Kafka's own (murmur2) partitioner. The producer's buffer is bounded; when it is
 * full, publishing waits for a bounded time and then fails.
 */
public final class KafkaLogPublisher implements LogPublisher {
  private static final long MAX_BUFFER = 64L << 20;
  private static final int MAX_REQUEST = 4 << 20;
  private static final int BATCH = 256 << 10;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final String topic;

  /** Publishes through a producer that this object owns from now on. */
  public KafkaLogPublisher(Producer<byte[], byte[]> producer, String topic) {
    this.producer = Objects.requireNonNull(producer, "producer");
    this.topic = Objects.requireNonNull(topic, "topic");
  }

  /** Creates the producer that the configuration describes. */
  public static KafkaLogPublisher create(GatewayConfig.Kafka kafka, GatewayConfig.Ingest ingest) {
    return new KafkaLogPublisher(
        new KafkaProducer<>(
            properties(kafka, ingest), new ByteArraySerializer(), new ByteArraySerializer()),
        kafka.logsTopic());
  }

  static Map<String, Object> properties(GatewayConfig.Kafka kafka, GatewayConfig.Ingest ingest) {
    int ackMillis = (int) Math.min(Integer.MAX_VALUE, ingest.ackTimeout().toMillis());
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-gateway");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, kafka.compression());
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH);
    properties.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.min(MAX_BUFFER, ingest.maxInFlightBytes()));
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST);
    // Waiting for metadata or for room in the buffer, then for acknowledgement: both end before
    // the client has been told that Kafka is too slow.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, ackMillis / 2));
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, ackMillis / 2));
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ackMillis + 5);
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    properties.putAll(kafka.properties());
    return properties;
  }

  @Override
  public CompletionStage<Published> publish(List<OutgoingLog> events) {
    Pending pending = new Pending(events.size());
    for (int i = 0; i < events.size(); i++) {
      if (pending.givenUp()) {
        // Each further send would wait anew for a buffer or a broker that is not there.
        pending.skip(events.size() - i);
        break;
      }
      int index = i;
      OutgoingLog event = events.get(i);
      byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
      try {
        producer.send(
            new ProducerRecord<>(topic, key, event.value()),
            (metadata, failure) -> pending.done(index, failure));
      } catch (RuntimeException e) { // the producer is closed or cannot go on
        pending.done(index, e);
      }
    }
    return pending.result;
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }

  /** Counts the events of one request down. Thread-safe. */
  private static final class Pending {
    private final CompletableFuture<Published> result = new CompletableFuture<>();
    private final Map<Integer, String> refused = new HashMap<>();
    private int waitingFor;
    private int acknowledged;
    private Exception failure;

    Pending(int events) {
      this.waitingFor = events;
    }

    synchronized boolean givenUp() {
      return failure != null;
    }

    synchronized void done(int index, Exception problem) {
      if (problem == null) {
        acknowledged++;
      } else if (problem instanceof RecordTooLargeException) {
        refused.put(index, problem.getMessage());
      } else {
        failure = problem;
      }
      countDown(1);
    }

    synchronized void skip(int events) {
      countDown(events);
    }

    private void countDown(int events) {
      waitingFor -= events;
      if (waitingFor > 0) {
        return;
      }
      if (failure == null) {
        result.complete(new Published(refused));
      } else {
        result.completeExceptionally(
            new PublishException(
                "Kafka did not acknowledge the events: " + failure.getMessage(),
                acknowledged,
                failure));
      }
    }
  }
}
