package io.weir.operators.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A partition in memory, read through Kafka's own double of its consumer, which passes over offsets
 * without a record as the real one does over marks of transactions.
 */
final class TestingPartition {
  private static final Map<String, TestingPartition> PARTITIONS = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();
  private final TopicPartition partition;
  private final long appendTime;
  private final TreeMap<Long, byte[]> records = new TreeMap<>();
  private final AtomicInteger seeks = new AtomicInteger();
  private long begin;
  private long end;

  TestingPartition(String topic, long appendTime) {
    this.partition = new TopicPartition(topic, 0);
    this.appendTime = appendTime;
    PARTITIONS.put(name, this);
  }

  TestingPartition add(long offset, byte[] value) {
    records.put(offset, value);
    end = Math.max(end, offset + 1);
    return this;
  }

  /** Sets the first offset that is kept. */
  TestingPartition begin(long offset) {
    begin = offset;
    return this;
  }

  TestingPartition end(long offset) {
    end = offset;
    return this;
  }

  /** Returns how often a reader went to another place. */
  int seeks() {
    return seeks.get();
  }

  SpanReader.Factory factory() {
    String named = name;
    return () -> PARTITIONS.get(named).reader();
  }

  private SpanReader reader() {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized void seek(TopicPartition of, long offset) {
            seeks.incrementAndGet();
            super.seek(of, offset);
            schedulePollTask(
                () ->
                    records
                        .tailMap(Math.max(begin, offset))
                        .forEach((at, value) -> addRecord(record(at, value))));
          }
        };
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(partition, begin)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(partition, end)));
    return new SpanReader(consumer);
  }

  private ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        appendTime,
        TimestampType.LOG_APPEND_TIME,
        0,
        value.length,
        new byte[0],
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
