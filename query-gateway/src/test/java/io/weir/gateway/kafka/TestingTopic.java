package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** A topic in memory, whose consumers can be made to fail. */
final class TestingTopic {
  static final String NAME = "rules";
  private final int partitions;
  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final Map<Integer, Long> ends = new HashMap<>();
  private KafkaException failure;
  private boolean missing;
  private int consumers;

  TestingTopic(int partitions) {
    this.partitions = partitions;
  }

  /** Appends a record and returns its offset. */
  synchronized long append(int partition, String key, String value) {
    long offset = ends.getOrDefault(partition, 0L);
    log.add(
        new ConsumerRecord<>(
            NAME,
            partition,
            offset,
            key == null ? null : key.getBytes(UTF_8),
            value == null ? null : value.getBytes(UTF_8)));
    ends.put(partition, offset + 1);
    return offset;
  }

  /** Leaves out an offset, as a transaction does that is aborted, and returns it. */
  synchronized long skip(int partition) {
    long offset = ends.getOrDefault(partition, 0L);
    ends.put(partition, offset + 1);
    return offset;
  }

  /** Forgets everything, as a topic does that is deleted and created again. */
  synchronized void recreate() {
    log.clear();
    ends.clear();
  }

  /** Every poll fails from now on, until null is given. */
  synchronized void fail(KafkaException with) {
    failure = with;
  }

  synchronized void missing(boolean value) {
    missing = value;
  }

  synchronized long end(int partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** Returns how many consumers have been made. */
  synchronized int consumers() {
    return consumers;
  }

  synchronized Consumer<byte[], byte[]> consumer() {
    consumers++;
    return new Reader();
  }

  /** Reads the log as far as it goes. */
  private final class Reader extends MockConsumer<byte[], byte[]> {
    private final Map<Integer, Integer> given = new HashMap<>();
    private final Map<Integer, Long> reached = new HashMap<>();

    Reader() {
      super("none");
    }

    @Override
    public synchronized List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
      synchronized (TestingTopic.this) {
        List<PartitionInfo> infos = new ArrayList<>();
        for (int i = 0; i < (missing ? 0 : partitions); i++) {
          infos.add(new PartitionInfo(NAME, i, Node.noNode(), new Node[0], new Node[0]));
        }
        return infos;
      }
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> ofPartitions) {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      ofPartitions.forEach(each -> offsets.put(each, end(each.partition())));
      return offsets;
    }

    /** The real one passes over what was aborted, too. */
    @Override
    public synchronized long position(TopicPartition partition) {
      return reached.getOrDefault(partition.partition(), 0L);
    }

    @Override
    public synchronized org.apache.kafka.clients.consumer.ConsumerRecords<byte[], byte[]> poll(
        Duration timeout) {
      synchronized (TestingTopic.this) {
        if (failure != null) {
          throw failure;
        }
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        assignment().forEach(each -> beginnings.put(each, 0L));
        updateBeginningOffsets(beginnings);
        Map<Integer, Integer> seen = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log) {
          int number = seen.merge(record.partition(), 1, Integer::sum);
          if (number > given.getOrDefault(record.partition(), 0)) {
            addRecord(record);
          }
        }
        given.putAll(seen);
        reached.putAll(ends);
      }
      org.apache.kafka.clients.consumer.ConsumerRecords<byte[], byte[]> records =
          super.poll(timeout);
      if (records.isEmpty()) {
        try {
          wait(5); // the real one waits as well
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return records;
    }
  }
}
