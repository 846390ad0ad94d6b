package io.weir.harness.ship;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events to Kafka, keyed by service. The idempotent producer itself retries without limit of
 * time, so that a broker that is away leads to waiting and not to a second copy; what the producer
 * refuses before it has taken a record is tried again with growing pauses.
 */
final class KafkaEventSink implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventSink.class);
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final Duration STOP_GRACE = Duration.ofSeconds(3);

  private final String topic;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile long giveUpAtNanos;
  private Producer<byte[], byte[]> producer;

  KafkaEventSink(String bootstrapServers, String topic) {
    this(topic, () -> new KafkaProducer<>(properties(bootstrapServers)));
  }

  KafkaEventSink(String topic, Supplier<Producer<byte[], byte[]>> producers) {
    this.topic = topic;
    this.producers = producers;
  }

  private static Properties properties(String bootstrapServers) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-log-shipper");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 5_000);
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    return properties;
  }

  @Override
  public boolean send(List<EventEncoder.Encoded> events) {
    List<EventEncoder.Encoded> rest = events;
    long pause = FIRST_PAUSE_MILLIS;
    boolean complained = false;
    while (true) {
      Attempt attempt = attempt(rest);
      if (attempt.stopped()) {
        return false;
      }
      if (attempt.unsent().isEmpty()) {
        if (complained) {
          LOG.info("Kafka takes log events again.");
        }
        return true;
      }
      rest = attempt.unsent();
      if (!complained) {
        LOG.warn("Kafka does not take log events for topic {}; waiting.", topic, attempt.cause());
        complained = true;
      }
      try {
        if (stopped.await(pause, TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
    }
  }

  /**
   * The outcome of one attempt.
   *
   * @param unsent events that Kafka surely does not have, in order
   * @param cause why, or null
   * @param stopped whether it was given up; then nothing is known about the rest
   */
  private record Attempt(List<EventEncoder.Encoded> unsent, Exception cause, boolean stopped) {}

  private Attempt attempt(List<EventEncoder.Encoded> events) {
    List<Future<RecordMetadata>> inFlight = new ArrayList<>(events.size());
    Exception cause = null;
    try {
      if (producer == null) {
        producer = producers.get();
      }
      for (EventEncoder.Encoded event : events) {
        inFlight.add(producer.send(new ProducerRecord<>(topic, event.key(), event.json())));
      }
    } catch (KafkaException e) {
      // No metadata or no room in the buffer: this record and those after it were not taken.
      cause = e;
    }
    List<EventEncoder.Encoded> unsent = new ArrayList<>();
    for (int i = 0; i < inFlight.size(); i++) {
      try {
        if (!await(inFlight.get(i))) {
          return new Attempt(unsent, cause, true);
        }
      } catch (ExecutionException e) {
        unsent.add(events.get(i));
        cause = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Attempt(unsent, cause, true);
      }
    }
    if (!unsent.isEmpty()) {
      // Refused for good (authorization, a lost sequence): a new producer starts afresh.
      producer.close(Duration.ZERO);
      producer = null;
    }
    unsent.addAll(events.subList(inFlight.size(), events.size()));
    return new Attempt(unsent, cause, false);
  }

  private boolean await(Future<RecordMetadata> sent)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        sent.get(200, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        if (stopped.getCount() == 0 && System.nanoTime() - giveUpAtNanos > 0) {
          return false;
        }
      }
    }
  }

  @Override
  public void stop() {
    giveUpAtNanos = System.nanoTime() + STOP_GRACE.toNanos();
    stopped.countDown();
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
    }
  }
}
