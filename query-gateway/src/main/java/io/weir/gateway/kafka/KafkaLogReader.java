package io.weir.gateway.kafka;

import io.weir.gateway.search.StoreException;
import io.weir.gateway.tail.LogReader;
import io.weir.gateway.tail.LogRecord;
import io.weir.gateway.tail.OffsetsLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** Reads a topic with a consumer of its own, which is assigned partitions and has no group. */
final class KafkaLogReader implements LogReader {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;

  /** The consumer's own positions can only be asked for by waiting. */
  private final Map<Integer, Long> positions = new HashMap<>();

  /**
   * @param consumer owned from now on
   */
  KafkaLogReader(Consumer<byte[], byte[]> consumer, String topic) {
    this.consumer = Objects.requireNonNull(consumer, "consumer");
    this.topic = Objects.requireNonNull(topic, "topic");
  }

  @Override
  public void assign(Map<Integer, Long> from) {
    positions.keySet().retainAll(from.keySet());
    consumer.assign(from.keySet().stream().map(this::partition).toList());
    from.forEach(
        (partition, offset) -> {
          if (!offset.equals(positions.put(partition, offset))) {
            consumer.seek(partition(partition), offset);
          }
        });
  }

  @Override
  public List<LogRecord> poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(timeout);
    } catch (WakeupException e) {
      return List.of();
    } catch (OffsetOutOfRangeException e) {
      throw new OffsetsLostException(
          e.offsetOutOfRangePartitions().keySet().stream()
              .map(TopicPartition::partition)
              .collect(Collectors.toSet()),
          e);
    } catch (KafkaException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "topic '" + topic + "': " + e.getMessage(), e);
    }
    List<LogRecord> batch = new ArrayList<>(records.count());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      batch.add(
          new LogRecord(record.partition(), record.offset(), record.timestamp(), record.value()));
    }
    records
        .nextOffsets()
        .forEach((partition, next) -> positions.put(partition.partition(), next.offset()));
    return batch;
  }

  @Override
  public long position(int partition) {
    return positions.get(partition);
  }

  @Override
  public OptionalLong lag(int partition) {
    return consumer.currentLag(partition(partition));
  }

  @Override
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }

  private TopicPartition partition(int number) {
    return new TopicPartition(topic, number);
  }
}
