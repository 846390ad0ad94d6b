package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A topic in memory whose consumers read on from wherever they seek, a few records a poll. */
final class SeekableTopic {
  static final String NAME = "letters";
  private static final int POLLED = 7;

  private final List<NavigableMap<Long, ConsumerRecord<byte[], byte[]>>> partitions =
      new ArrayList<>();
  private final Map<Integer, Long> begins = new HashMap<>();
  private final Map<Integer, Long> ends = new HashMap<>();
  private final List<Integer> soughtIn = new ArrayList<>();
  private KafkaException failure;

  SeekableTopic(int count) {
    for (int i = 0; i < count; i++) {
      partitions.add(new TreeMap<>());
    }
  }

  /** Appends a record and returns its offset. */
  synchronized long append(int partition, long timestamp, String key, byte[] value) {
    long offset = skip(partition);
    byte[] keyBytes = key.getBytes(UTF_8);
    partitions
        .get(partition)
        .put(
            offset,
            new ConsumerRecord<>(
                NAME,
                partition,
                offset,
                timestamp,
                TimestampType.LOG_APPEND_TIME,
                keyBytes.length,
                value.length,
                keyBytes,
                value,
                new RecordHeaders(),
                Optional.empty()));
    return offset;
  }

  /** Leaves out an offset, as a transaction does that is aborted, and returns it. */
  synchronized long skip(int partition) {
    long offset = end(partition);
    ends.put(partition, offset + 1);
    return offset;
  }

  /** Deletes what is below an offset, as retention does. */
  synchronized void deleteBelow(int partition, long offset) {
    partitions.get(partition).headMap(offset).clear();
    begins.put(partition, offset);
  }

  /** Every poll fails from now on. */
  synchronized void fail(KafkaException with) {
    failure = with;
  }

  synchronized long end(int partition) {
    return ends.getOrDefault(partition, 0L);
  }

  synchronized long begin(int partition) {
    return begins.getOrDefault(partition, 0L);
  }

  /** Returns all records that are there. */
  synchronized List<ConsumerRecord<byte[], byte[]>> records() {
    return partitions.stream().flatMap(partition -> partition.values().stream()).toList();
  }

  /** Returns the partitions in which anybody went anywhere, in order. */
  synchronized List<Integer> soughtIn() {
    return List.copyOf(soughtIn);
  }

  Consumer<byte[], byte[]> consumer() {
    return new Reader();
  }

  private final class Reader extends MockConsumer<byte[], byte[]> {
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    Reader() {
      super("none");
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
      List<PartitionInfo> infos = new ArrayList<>();
      for (int i = 0; topic.equals(NAME) && i < partitions.size(); i++) {
        infos.add(new PartitionInfo(NAME, i, Node.noNode(), new Node[0], new Node[0]));
      }
      return infos;
    }

    @Override
    public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> of) {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      of.forEach(each -> offsets.put(each, begin(each.partition())));
      return offsets;
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> of) {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      of.forEach(each -> offsets.put(each, end(each.partition())));
      return offsets;
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times, Duration timeout) {
      synchronized (SeekableTopic.this) {
        Map<TopicPartition, OffsetAndTimestamp> offsets = new HashMap<>();
        times.forEach(
            (partition, time) ->
                offsets.put(
                    partition,
                    partitions.get(partition.partition()).values().stream()
                        .filter(record -> record.timestamp() >= time)
                        .findFirst()
                        .map(found -> new OffsetAndTimestamp(found.offset(), found.timestamp()))
                        .orElse(null)));
        return offsets;
      }
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      if (!assignment().contains(partition)) {
        throw new IllegalStateException("no current assignment for " + partition);
      }
      positions.put(partition, offset);
      synchronized (SeekableTopic.this) {
        soughtIn.add(partition.partition());
      }
    }

    @Override
    public synchronized long position(TopicPartition partition) {
      return positions.get(partition);
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      synchronized (SeekableTopic.this) {
        if (failure != null) {
          throw failure;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled = new HashMap<>();
        for (TopicPartition one : assignment()) {
          List<ConsumerRecord<byte[], byte[]>> records =
              partitions.get(one.partition()).tailMap(positions.get(one)).values().stream()
                  .limit(POLLED)
                  .toList();
          positions.put(
              one,
              records.isEmpty()
                  ? end(one.partition()) // the real one passes over what was aborted, too
                  : records.get(records.size() - 1).offset() + 1);
          polled.put(one, records);
        }
        return new ConsumerRecords<>(polled, Map.of());
      }
    }
  }
}
