package io.weir.gateway.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.search.StoreException;
import io.weir.model.kafka.Murmur2;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** A topic in memory that keeps its contract: retention, time index, incarnations, readers. */
public final class TestingLogTopic implements LogTopic {
  private static final int MAX_POLL = 500;
  private static final long START_MILLIS = 1_774_778_400_000L;

  private final List<List<LogRecord>> partitions = new ArrayList<>();
  private final Map<Integer, Long> earliest = new HashMap<>();
  private final Set<Reader> readers = new HashSet<>();
  private String code = "00001";
  private long millis = START_MILLIS;
  private boolean away;

  public TestingLogTopic(int partitions) {
    for (int i = 0; i < partitions; i++) {
      this.partitions.add(new ArrayList<>());
    }
  }

  /** Appends an event where Kafka's partitioner would put its service. */
  public synchronized LogRecord append(String service, String level, String message) {
    int partition = Murmur2.positive(service.getBytes(UTF_8)) % partitions.size();
    return append(
        partition,
        "{\"service\":\"%s\",\"level\":\"%s\",\"message\":\"%s\"}"
            .formatted(service, level, message));
  }

  public synchronized LogRecord append(int partition, String value) {
    List<LogRecord> log = partitions.get(partition);
    LogRecord record =
        new LogRecord(
            partition, log.size(), millis++, value == null ? null : value.getBytes(UTF_8));
    log.add(record);
    notifyAll();
    return record;
  }

  /** Removes what stands before an offset. */
  synchronized void expire(int partition, long before) {
    earliest.put(partition, before);
  }

  /** Deletes the topic and creates it again. */
  synchronized void recreate() {
    code = "00002";
    partitions.forEach(List::clear);
    earliest.clear();
  }

  public synchronized void addPartition() {
    partitions.add(new ArrayList<>());
  }

  /** Nothing answers, and there is nothing to read, until it is back. */
  public synchronized void away(boolean value) {
    away = value;
    notifyAll();
  }

  /** Makes the next event so many milliseconds younger. */
  synchronized void advance(Duration by) {
    millis += by.toMillis();
  }

  synchronized long millis() {
    return millis;
  }

  /** Returns what all open readers are assigned, a partition once for each reader. */
  synchronized List<Integer> assigned() {
    List<Integer> assigned = new ArrayList<>();
    readers.forEach(reader -> assigned.addAll(reader.positions.keySet()));
    Collections.sort(assigned);
    return assigned;
  }

  @Override
  public synchronized TopicInfo describe() {
    answer();
    return new TopicInfo("logs", code, partitions.size());
  }

  private void answer() {
    if (away) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "no broker answered", null);
    }
  }

  @Override
  public synchronized Map<Integer, Long> earliest(Set<Integer> of) {
    return offsets(of, partition -> earliest.getOrDefault(partition, 0L));
  }

  @Override
  public synchronized Map<Integer, Long> latest(Set<Integer> of) {
    return offsets(of, partition -> partitions.get(partition).size());
  }

  @Override
  public synchronized Map<Integer, Long> since(Set<Integer> of, long epochMillis) {
    return offsets(
        of,
        partition ->
            partitions.get(partition).stream()
                .filter(record -> record.offset() >= earliest.getOrDefault(partition, 0L))
                .filter(record -> record.appendTimeMillis() >= epochMillis)
                .mapToLong(LogRecord::offset)
                .findFirst()
                .orElse(partitions.get(partition).size()));
  }

  private Map<Integer, Long> offsets(Set<Integer> of, ToLongFunction<Integer> offset) {
    answer();
    Map<Integer, Long> offsets = new HashMap<>();
    of.forEach(partition -> offsets.put(partition, offset.applyAsLong(partition)));
    return offsets;
  }

  @Override
  public synchronized LogReader reader() {
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  private final class Reader implements LogReader {
    private final Map<Integer, Long> positions = new TreeMap<>();
    private boolean woken;

    @Override
    public void assign(Map<Integer, Long> from) {
      synchronized (TestingLogTopic.this) {
        positions.keySet().retainAll(from.keySet());
        positions.putAll(from);
      }
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
      synchronized (TestingLogTopic.this) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<LogRecord> batch = batch();
        while (batch.isEmpty() && !woken && System.nanoTime() < deadline) {
          try {
            TestingLogTopic.this.wait(1);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
          }
          batch = batch();
        }
        woken = false;
        return batch;
      }
    }

    private List<LogRecord> batch() {
      List<LogRecord> batch = new ArrayList<>();
      if (away) {
        return batch;
      }
      Set<Integer> lost = new HashSet<>();
      positions.forEach(
          (partition, position) -> {
            if (position < earliest.getOrDefault(partition, 0L)
                || position > partitions.get(partition).size()) {
              lost.add(partition);
            }
          });
      if (!lost.isEmpty()) {
        throw new OffsetsLostException(lost, null);
      }
      for (Map.Entry<Integer, Long> entry : positions.entrySet()) {
        List<LogRecord> log = partitions.get(entry.getKey());
        while (entry.getValue() < log.size() && batch.size() < MAX_POLL) {
          batch.add(log.get(entry.getValue().intValue()));
          entry.setValue(entry.getValue() + 1);
        }
      }
      return batch;
    }

    @Override
    public long position(int partition) {
      synchronized (TestingLogTopic.this) {
        return positions.get(partition);
      }
    }

    @Override
    public OptionalLong lag(int partition) {
      synchronized (TestingLogTopic.this) {
        return OptionalLong.of(partitions.get(partition).size() - positions.get(partition));
      }
    }

    @Override
    public void wakeup() {
      synchronized (TestingLogTopic.this) {
        woken = true;
        TestingLogTopic.this.notifyAll();
      }
    }

    @Override
    public void close() {
      synchronized (TestingLogTopic.this) {
        readers.remove(this);
      }
    }
  }
}
