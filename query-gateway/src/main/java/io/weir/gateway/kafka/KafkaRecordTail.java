package io.weir.gateway.kafka;

import io.weir.gateway.operation.RecordTail;
import io.weir.gateway.search.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads the end of a topic with a consumer of its own for each call. Thread-safe. */
public final class KafkaRecordTail implements RecordTail {
  private static final Duration POLL = Duration.ofMillis(200);

  /** What one call holds at most; what would be more is left out, oldest partitions last. */
  private static final long MAX_BYTES = 64L << 20;

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Duration timeout;

  /**
   * @param consumers makes a consumer that has subscribed to nothing; it is closed here
   * @param timeout of one call
   */
  public KafkaRecordTail(Supplier<Consumer<byte[], byte[]>> consumers, Duration timeout) {
    this.consumers = Objects.requireNonNull(consumers, "consumers");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
  }

  @Override
  public Newest newest(String topic, int perPartition, long beforeMillis) {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      List<PartitionInfo> known = consumer.partitionsFor(topic, timeout);
      if (known == null || known.isEmpty()) {
        throw unavailable(topic, "there is no such topic", null);
      }
      List<TopicPartition> partitions =
          known.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, timeout);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, timeout);
      Map<TopicPartition, Long> stops = stops(consumer, ends, beforeMillis);
      long retained = 0;
      for (TopicPartition partition : partitions) {
        retained += ends.get(partition) - begins.get(partition);
        consumer.seek(
            partition, Math.max(begins.get(partition), stops.get(partition) - perPartition));
      }
      return new Newest(read(consumer, topic, stops), retained);
    } catch (KafkaException e) {
      throw unavailable(topic, e.getMessage(), e);
    }
  }

  /** Returns where the records of a time or later begin; the end where there are none. */
  private Map<TopicPartition, Long> stops(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, long beforeMillis) {
    if (beforeMillis == Long.MAX_VALUE) {
      return ends;
    }
    Map<TopicPartition, Long> question = new HashMap<>();
    ends.keySet().forEach(partition -> question.put(partition, beforeMillis));
    Map<TopicPartition, Long> stops = new HashMap<>(ends);
    consumer
        .offsetsForTimes(question, timeout)
        .forEach(
            (partition, found) -> {
              if (found != null) {
                stops.put(partition, found.offset());
              }
            });
    return stops;
  }

  private List<Entry> read(
      Consumer<byte[], byte[]> consumer, String topic, Map<TopicPartition, Long> ends) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    long deadline = System.nanoTime() + timeout.toNanos();
    while (bytes < MAX_BYTES && !isRead(consumer, ends)) {
      if (System.nanoTime() > deadline) {
        throw unavailable(topic, "it could not be read up to its end within " + timeout, null);
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() >= ends.get(new TopicPartition(record.topic(), record.partition()))) {
          continue; // a batch may go beyond what was asked for
        }
        bytes += Math.max(0, record.serializedValueSize());
        entries.add(
            new Entry(record.partition(), record.offset(), record.timestamp(), record.value()));
      }
    }
    return entries;
  }

  private static boolean isRead(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static StoreException unavailable(String topic, String why, Throwable cause) {
    return new StoreException(
        StoreException.Kind.UNAVAILABLE, "topic '" + topic + "': " + why, cause);
  }
}
