package io.weir.gateway.kafka;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.OutgoingRecord;
import io.weir.gateway.ingest.PublishException;
import io.weir.gateway.ingest.RecordPublisher;
import java.nio.charset.StandardCharsets;
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
 * Publishes to a Kafka topic: idempotent, acknowledged by all in-sync replicas, keyed with Kafka's
 * own (murmur2) partitioner. The producer's buffer is bounded; when it is full, publishing waits
 * for a bounded time and then fails. Several topics may share one producer.
 */
public final class KafkaPublisher implements RecordPublisher {
  private static final long MAX_BUFFER = 64L << 20;
  private static final int MAX_REQUEST = 4 << 20;
  private static final int BATCH = 256 << 10;

  private final Producer<byte[], byte[]> producer;
  private final String topic;

  /** Publishes through a producer that its owner closes. */
  public KafkaPublisher(Producer<byte[], byte[]> producer, String topic) {
    this.producer = Objects.requireNonNull(producer, "producer");
    this.topic = Objects.requireNonNull(topic, "topic");
  }

  /** Creates the producer that the configuration describes; the caller closes it. */
  public static Producer<byte[], byte[]> producer(
      GatewayConfig.Kafka kafka, GatewayConfig.Ingest ingest) {
    return new KafkaProducer<>(
        properties(kafka, ingest), new ByteArraySerializer(), new ByteArraySerializer());
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
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.min(MAX_BUFFER, ingest.maxInFlightBytes() / 4));
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
  public CompletionStage<Published> publish(List<OutgoingRecord> records) {
    Pending pending = new Pending(records.size());
    for (int i = 0; i < records.size(); i++) {
      if (pending.givenUp()) {
        // Each further send would wait anew for a buffer or a broker that is not there.
        pending.skip(records.size() - i);
        break;
      }
      int index = i;
      OutgoingRecord record = records.get(i);
      byte[] key = record.key().getBytes(StandardCharsets.UTF_8);
      try {
        producer.send(
            new ProducerRecord<>(topic, key, record.value()),
            (metadata, failure) -> pending.done(index, failure));
      } catch (RuntimeException e) { // the producer is closed or cannot go on
        pending.done(index, e);
      }
    }
    return pending.result;
  }

  /** Counts the records of one request down. Thread-safe. */
  private static final class Pending {
    private final CompletableFuture<Published> result = new CompletableFuture<>();
    private final Map<Integer, String> refused = new HashMap<>();
    private int waitingFor;
    private int acknowledged;
    private Exception failure;

    Pending(int records) {
      this.waitingFor = records;
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

    synchronized void skip(int records) {
      countDown(records);
    }

    private void countDown(int records) {
      waitingFor -= records;
      if (waitingFor > 0) {
        return;
      }
      if (failure == null) {
        result.complete(new Published(refused));
      } else {
        result.completeExceptionally(
            new PublishException(
                "Kafka did not acknowledge: " + failure.getMessage(), acknowledged, failure));
      }
    }
  }
}
