package io.weir.harness.measure;

import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures at a steady interval and sends the points to Kafka, keyed by the metric's name. While
 * Kafka is away measurements wait in the producer for two minutes at most and are then dropped and
 * counted: a gauge that old tells nobody anything, and a counter's next value makes up for it.
 */
public final class MetricShipper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricShipper.class);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final List<MetricSource> sources;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          body -> {
            Thread thread = new Thread(body, "metric-shipper");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicLong shipped = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Callback acknowledged =
      (metadata, failure) -> {
        if (failure == null) {
          shipped.incrementAndGet();
        } else if (dropped.getAndIncrement() == 0) {
          LOG.warn("Kafka did not take a metric point; it is dropped, as more will be", failure);
        }
      };

  MetricShipper(
      Producer<byte[], byte[]> producer, String topic, List<MetricSource> sources, Clock clock) {
    this.producer = producer;
    this.topic = topic;
    this.sources = List.copyOf(sources);
    this.clock = clock;
  }

  /** Starts measuring in a thread of its own. */
  public static MetricShipper start(
      String bootstrapServers, String topic, List<MetricSource> sources, Duration interval) {
    MetricShipper shipper =
        new MetricShipper(
            new KafkaProducer<>(properties(bootstrapServers)), topic, sources, Clock.systemUTC());
    shipper.timer.scheduleAtFixedRate(shipper::ship, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    return shipper;
  }

  private static Properties properties(String bootstrapServers) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-metric-shipper");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    return properties;
  }

  /** One round: a source that fails is logged, and costs the others nothing. */
  void ship() {
    long now = clock.millis();
    for (MetricSource source : sources) {
      try {
        source.measure(now, this::send);
      } catch (RuntimeException e) {
        LOG.warn("{} could not be measured", source.getClass().getSimpleName(), e);
      }
    }
  }

  private void send(MetricPoint point) {
    byte[] key = point.metric().getBytes(StandardCharsets.UTF_8);
    var unused =
        producer.send(
            new ProducerRecord<>(topic, key, MetricPointJson.encode(point)), acknowledged);
  }

  /** Returns how many points Kafka has acknowledged. */
  public long shippedPoints() {
    return shipped.get();
  }

  /** Returns how many points Kafka did not take. */
  public long droppedPoints() {
    return dropped.get();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    producer.close(Duration.ofSeconds(2));
  }
}
