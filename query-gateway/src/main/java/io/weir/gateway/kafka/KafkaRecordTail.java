package io.weir.gateway.kafka;

import io.weir.gateway.operation.RecordTail;
import io.weir.gateway.search.StoreException;
import io.weir.model.kafka.Murmur2;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the end of a topic backwards, with a consumer of its own for each look: a window of the
 * partition that has been read back least, then the next. What it reads is shown at once and not
 * kept. Few look at the same time. Thread-safe.
 */
public final class KafkaRecordTail implements RecordTail {
  /** How many look at the same time: one fetch of the consumer is what each holds. */
  static final int MAX_LOOKS = 2;

  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * How far one look goes, checked between windows.
   *
   * @param records seen at most, about
   * @param bytes of their values and keys at most, about
   * @param timeout after which a look that is in the middle of a window fails; it begins no new
   *     window in the second half
   * @param patience for a place while as many look as may
   */
  public record Limits(long records, long bytes, Duration timeout, Duration patience) {
    private static final long RECORDS = 200_000;
    private static final long BYTES = 64L << 20;

    public Limits {
      Objects.requireNonNull(timeout, "timeout");
      Objects.requireNonNull(patience, "patience");
    }

    /** Returns the limits of a look of a gateway. */
    public static Limits of(Duration timeout) {
      return new Limits(RECORDS, BYTES, timeout, timeout.dividedBy(4));
    }
  }

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Limits limits;
  private final Semaphore looks = new Semaphore(MAX_LOOKS, true);

  /**
   * @param consumers makes a consumer that has subscribed to nothing; it is closed here
   */
  public KafkaRecordTail(Supplier<Consumer<byte[], byte[]>> consumers, Limits limits) {
    this.consumers = Objects.requireNonNull(consumers, "consumers");
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  @Override
  public Reach look(String topic, Range range, Viewer viewer) {
    enter(topic);
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      return new Look(consumer, topic, viewer).take(range);
    } catch (KafkaException e) {
      throw unavailable(topic, e.getMessage(), e);
    } finally {
      looks.release();
    }
  }

  private void enter(String topic) {
    try {
      if (!looks.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StoreException(
            StoreException.Kind.OVERLOADED,
            "topic '" + topic + "': " + MAX_LOOKS + " others look at the end of a topic",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(topic, "interrupted", e);
    }
  }

  private static StoreException unavailable(String topic, String why, Throwable cause) {
    return new StoreException(
        StoreException.Kind.UNAVAILABLE, "topic '" + topic + "': " + why, cause);
  }

  /** One look. Confined to one thread. */
  private final class Look {
    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Viewer viewer;
    private final long started = System.nanoTime();
    private long looked;
    private long bytes;

    Look(Consumer<byte[], byte[]> consumer, String topic, Viewer viewer) {
      this.consumer = consumer;
      this.topic = topic;
      this.viewer = viewer;
    }

    Reach take(Range range) {
      List<PartitionInfo> known = consumer.partitionsFor(topic, limits.timeout());
      if (known == null || known.isEmpty()) {
        throw unavailable(topic, "there is no such topic", null);
      }
      List<TopicPartition> all =
          IntStream.range(0, known.size()).mapToObj(n -> new TopicPartition(topic, n)).toList();
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(all, limits.timeout());
      Map<TopicPartition, Long> ends = consumer.endOffsets(all, limits.timeout());
      long retained = all.stream().mapToLong(one -> ends.get(one) - begins.get(one)).sum();
      List<BackwardScan> scans = scans(chosen(all, range), range, begins, ends);
      Optional<BackwardScan> next = next(scans);
      while (next.isPresent() && !isFarEnough(next.get())) {
        readWindow(next.get());
        next = next(scans);
      }
      return new Reach(
          looked,
          retained,
          next.isEmpty(),
          next.filter(BackwardScan::hasBegun)
              .map(scan -> OptionalLong.of(scan.oldestMillis()))
              .orElse(OptionalLong.empty()),
          scans.stream()
              .collect(
                  Collectors.toMap(scan -> scan.partition().partition(), BackwardScan::position)));
    }

    private static List<TopicPartition> chosen(List<TopicPartition> all, Range range) {
      List<TopicPartition> ofKey =
          range
              .key()
              .map(key -> Murmur2.positive(key.getBytes(StandardCharsets.UTF_8)) % all.size())
              .map(partition -> List.of(all.get(partition)))
              .orElse(all);
      return ofKey.stream()
          .filter(one -> range.before().isEmpty() || range.before().containsKey(one.partition()))
          .toList();
    }

    private List<BackwardScan> scans(
        List<TopicPartition> chosen,
        Range range,
        Map<TopicPartition, Long> begins,
        Map<TopicPartition, Long> ends) {
      Map<TopicPartition, Long> from = offsets(chosen, range.fromMillis(), begins, ends);
      Map<TopicPartition, Long> to = offsets(chosen, range.toMillis(), ends, ends);
      List<BackwardScan> scans = new ArrayList<>();
      for (TopicPartition one : chosen) {
        long stop =
            Math.min(to.get(one), range.before().getOrDefault(one.partition(), to.get(one)));
        scans.add(new BackwardScan(one, from.get(one), stop));
      }
      return scans;
    }

    /**
     * Returns where the records of a time or later begin.
     *
     * @param timeless where there is no time
     * @param none where there are no such records
     */
    private Map<TopicPartition, Long> offsets(
        List<TopicPartition> partitions,
        OptionalLong millis,
        Map<TopicPartition, Long> timeless,
        Map<TopicPartition, Long> none) {
      if (millis.isEmpty()) {
        return timeless;
      }
      Map<TopicPartition, Long> question = new HashMap<>();
      // Kafka takes negative times for something else.
      partitions.forEach(one -> question.put(one, Math.max(0, millis.getAsLong())));
      Map<TopicPartition, OffsetAndTimestamp> found =
          consumer.offsetsForTimes(question, limits.timeout());
      Map<TopicPartition, Long> offsets = new HashMap<>();
      for (TopicPartition one : partitions) {
        OffsetAndTimestamp first = found.get(one);
        offsets.put(one, first == null ? none.get(one) : first.offset());
      }
      return offsets;
    }

    /** The partition that has been read back least goes on: all are read back alike. */
    private static Optional<BackwardScan> next(List<BackwardScan> scans) {
      return scans.stream()
          .filter(scan -> !scan.isDone())
          .max(Comparator.comparingLong(BackwardScan::oldestMillis));
    }

    private boolean isFarEnough(BackwardScan next) {
      if (System.nanoTime() - started >= limits.timeout().toNanos() / 2) {
        return true;
      }
      // Whatever the sizes are, the newest of each partition are seen.
      return next.hasBegun()
          && (looked >= limits.records()
              || bytes >= limits.bytes()
              || viewer.hasEnough(looked, next.oldestMillis()));
    }

    private void readWindow(BackwardScan scan) {
      TopicPartition partition = scan.partition();
      BackwardScan.Window window = scan.window();
      consumer.assign(List.of(partition));
      consumer.seek(partition, window.start());
      while (consumer.position(partition, limits.timeout()) < window.end()) {
        if (System.nanoTime() - started >= limits.timeout().toNanos()) {
          throw unavailable(topic, "it could not be read within " + limits.timeout(), null);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < window.end()) { // a batch may go beyond what was asked for
            see(record, window);
          }
        }
      }
      scan.wasRead(window);
    }

    private void see(ConsumerRecord<byte[], byte[]> record, BackwardScan.Window window) {
      int size =
          Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
      looked++;
      bytes += size;
      window.saw(record.timestamp(), size);
      viewer.see(
          new Entry(
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.key(),
              record.value()));
    }
  }
}
