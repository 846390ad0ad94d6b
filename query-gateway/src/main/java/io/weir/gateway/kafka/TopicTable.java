package io.weir.gateway.kafka;

import io.weir.gateway.kafka.CompactedTable.Entry;
import io.weir.gateway.search.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic in memory, kept up to date by one thread that reads all partitions from the
 * beginning. When reading fails it begins anew, and what was known is shown until it has caught up:
 * a topic that was recreated is followed too. Thread-safe.
 */
public final class TopicTable<V> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicTable.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(5);

  /** Far more than are written in the seconds in which a write asks after itself. */
  private static final int RECENT = 4096;

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String topic;
  private final Function<byte[], V> decode;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private final Object lock = new Object();
  // Guarded by lock, except that the table itself may be read by anybody who has it.
  private CompactedTable<V> current;
  private Map<Integer, Long> positions = Map.of();
  private Map<Integer, RecentOffsets> recent = Map.of();
  private String problem = "the topic has not been read yet";
  private Consumer<byte[], byte[]> consumer;

  /**
   * @param consumers makes a consumer that has subscribed to nothing; it is closed here
   * @param decode reads a value; throws IllegalArgumentException if it is none
   */
  public TopicTable(
      Supplier<Consumer<byte[], byte[]>> consumers, String topic, Function<byte[], V> decode) {
    this.consumers = Objects.requireNonNull(consumers, "consumers");
    this.topic = Objects.requireNonNull(topic, "topic");
    this.decode = Objects.requireNonNull(decode, "decode");
    this.thread = new Thread(this::run, "weir-table-" + topic);
    thread.setDaemon(true);
  }

  /** Begins to read. */
  public TopicTable<V> start() {
    thread.start();
    return this;
  }

  /**
   * One record as others see it.
   *
   * @param writtenMillis the record's timestamp
   */
  public record Row<V>(String key, long offset, long writtenMillis, V value) {}

  /** Returns the last record of a key; throws StoreException while nothing is known. */
  public Optional<Row<V>> get(String key) {
    return table().get(key).map(TopicTable::row);
  }

  /** Returns the last record of each key, in order of the keys; throws StoreException likewise. */
  public List<Row<V>> all() {
    return table().all().stream().map(TopicTable::row).toList();
  }

  /** Returns a sentence about the table; throws StoreException while it is not up to date. */
  public String check() {
    synchronized (lock) {
      if (current == null || !problem.isEmpty()) {
        throw new StoreException(
            StoreException.Kind.UNAVAILABLE, "topic '" + topic + "': " + problem, null);
      }
      return "topic '" + topic + "' is read, " + current.all().size() + " entries";
    }
  }

  /**
   * Waits until everything before an offset of a partition has been read.
   *
   * @throws StoreException if that takes too long
   */
  void awaitPosition(int partition, long position, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (lock) {
      while (positions.getOrDefault(partition, -1L) < position) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new StoreException(
              StoreException.Kind.UNAVAILABLE,
              "topic '" + topic + "' could not be read up to its end in time" + because(),
              null);
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
        }
      }
    }
  }

  /**
   * Returns whether there was a record at an offset, overwritten since or not; an aborted
   * transaction leaves none. Empty if nobody knows: the offset has not been read yet, or what was
   * there may have been compacted away before the topic was read, or too many came after it.
   */
  Optional<Boolean> hadRecordAt(int partition, long offset) {
    synchronized (lock) {
      RecentOffsets known = recent.get(partition);
      return known == null || positions.getOrDefault(partition, -1L) <= offset
          ? Optional.empty()
          : known.contain(offset);
    }
  }

  private String because() {
    return problem.isEmpty() ? "" : ": " + problem;
  }

  private CompactedTable<V> table() {
    synchronized (lock) {
      if (current == null) {
        throw new StoreException(
            StoreException.Kind.UNAVAILABLE, "topic '" + topic + "': " + problem, null);
      }
      return current;
    }
  }

  private static <V> Row<V> row(Entry<V> entry) {
    return new Row<>(entry.key(), entry.offset(), entry.writtenMillis(), entry.value());
  }

  private void run() {
    try {
      while (stop.getCount() > 0) {
        try (Consumer<byte[], byte[]> opened = consumers.get()) {
          synchronized (lock) {
            consumer = opened;
          }
          follow(opened);
        } catch (WakeupException e) {
          // Asked to stop.
        } catch (KafkaException | IllegalStateException e) {
          failed(e);
        } finally {
          synchronized (lock) {
            consumer = null;
          }
        }
        if (stop.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says each problem once: the same one comes again every second until somebody helps. */
  private void failed(RuntimeException failure) {
    String now = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    synchronized (lock) {
      if (!now.equals(problem)) {
        LOG.warn("Topic '{}' cannot be read, will try again: {}", topic, failure.toString());
      }
      positions = Map.of();
      problem = now;
    }
  }

  private void follow(Consumer<byte[], byte[]> opened) {
    List<TopicPartition> partitions = new ArrayList<>();
    List<PartitionInfo> known = opened.partitionsFor(topic, METADATA_TIMEOUT);
    if (known == null || known.isEmpty()) {
      throw new IllegalStateException("there is no such topic");
    }
    known.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    opened.assign(partitions);
    opened.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
    CompactedTable<V> table = new CompactedTable<>(decode);
    Map<Integer, RecentOffsets> read = new HashMap<>();
    ends.forEach((partition, end) -> read.put(partition.partition(), recent(end)));
    boolean caughtUp = false;
    while (stop.getCount() > 0) {
      ConsumerRecords<byte[], byte[]> records = opened.poll(POLL);
      synchronized (lock) {
        records.forEach(record -> read.get(record.partition()).add(record.offset()));
      }
      records.forEach(record -> apply(table, record));
      Map<Integer, Long> reached = new HashMap<>();
      partitions.forEach(
          partition -> reached.put(partition.partition(), opened.position(partition)));
      caughtUp =
          caughtUp
              || ends.entrySet().stream()
                  .allMatch(end -> reached.get(end.getKey().partition()) >= end.getValue());
      if (caughtUp) {
        synchronized (lock) {
          if (current != table) {
            LOG.info("Topic '{}' is read, {} entries", topic, table.all().size());
          }
          current = table;
          positions = reached;
          recent = read;
          problem = "";
          lock.notifyAll();
        }
      }
    }
  }

  private static RecentOffsets recent(long end) {
    return new RecentOffsets(end, RECENT);
  }

  private void apply(CompactedTable<V> table, ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      LOG.warn("Topic '{}' has a record without a key at offset {}", topic, record.offset());
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    try {
      table.apply(key, record.offset(), record.timestamp(), record.value());
    } catch (IllegalArgumentException e) {
      LOG.warn(
          "Topic '{}' has a record that cannot be read at offset {}: {}",
          topic,
          record.offset(),
          e.getMessage());
    }
  }

  @Override
  public void close() {
    stop.countDown();
    synchronized (lock) {
      if (consumer != null) {
        consumer.wakeup();
      }
    }
    try {
      thread.join(Duration.ofSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
