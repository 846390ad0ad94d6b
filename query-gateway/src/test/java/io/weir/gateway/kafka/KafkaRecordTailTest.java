package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.operation.RecordTail.Entry;
import io.weir.gateway.operation.RecordTail.Range;
import io.weir.gateway.operation.RecordTail.Reach;
import io.weir.gateway.operation.RecordTail.Viewer;
import io.weir.gateway.search.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class KafkaRecordTailTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final KafkaRecordTail.Limits FAR = limits(Long.MAX_VALUE, Long.MAX_VALUE);
  private static final byte[] SMALL = {'x'};

  @Test
  void seesEveryRecordOfEveryPartitionOnce() {
    SeekableTopic topic = new SeekableTopic(3);
    fill(topic, 0, 5_000, SMALL);
    fill(topic, 2, 1, SMALL);
    topic.deleteBelow(0, 1_234);
    Collected seen = new Collected(looked -> false);
    Reach reach = tail(topic, FAR).look(SeekableTopic.NAME, Range.ALL, seen);
    assertThat(seen.ids).hasSize(3_767).doesNotHaveDuplicates();
    assertThat(reach)
        .isEqualTo(
            new Reach(3_767, 3_767, true, OptionalLong.empty(), Map.of(0, 1_234L, 1, 0L, 2, 0L)));
  }

  /** They were left out when the topic was read from further back on until there was enough. */
  @Test
  void seesTheNewestOfEachPartitionHoweverLargeTheyAre() {
    SeekableTopic topic = new SeekableTopic(4);
    byte[] large = new byte[64 << 10];
    for (int partition = 0; partition < 4; partition++) {
      fill(topic, partition, 1_000, large);
    }
    long limit = 16L << 20;
    Collected seen = new Collected(looked -> false);
    Reach reach =
        tail(topic, limits(Long.MAX_VALUE, limit)).look(SeekableTopic.NAME, Range.ALL, seen);
    assertThat(reach.complete()).isFalse();
    assertThat(seen.ids).contains("0@999", "1@999", "2@999", "3@999").hasSizeBetween(256, 300);
    assertNothingIsLeftOutSince(topic, reach, seen);
  }

  @Test
  void readsAllPartitionsBackAlike() {
    SeekableTopic topic = new SeekableTopic(2);
    for (int i = 0; i < 10_000; i++) {
      topic.append(0, 1_000_000 + i, "k", SMALL);
    }
    for (int i = 0; i < 1_000; i++) {
      topic.append(1, i * 1_010L, "k", SMALL);
    }
    Collected seen = new Collected(looked -> looked >= 2_000);
    Reach reach = tail(topic, FAR).look(SeekableTopic.NAME, Range.ALL, seen);
    assertThat(reach.complete()).isFalse();
    assertThat(reach.looked()).isBetween(2_000L, 3_100L);
    assertThat(reach.backToMillis().orElseThrow()).isBetween(1_006_000L, 1_008_100L);
    assertNothingIsLeftOutSince(topic, reach, seen);
  }

  @Test
  void goesOnWhereItStoppedWithoutGapOrRepeat() {
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int partitions = 1 + random.nextInt(5);
      SeekableTopic topic = new SeekableTopic(partitions);
      long now = 1_000;
      for (int i = random.nextInt(3_000); i > 0; i--) {
        int partition = random.nextInt(partitions) * random.nextInt(2);
        now += random.nextInt(3);
        if (random.nextInt(20) == 0) {
          topic.skip(partition);
        } else {
          topic.append(partition, now, "k", new byte[1 << random.nextInt(15)]);
        }
      }
      KafkaRecordTail tail = tail(topic, limits(random.nextInt(500), 1 + random.nextInt(1 << 20)));
      List<String> all = new ArrayList<>();
      Range range = Range.ALL;
      boolean complete = false;
      while (!complete) {
        Collected seen = new Collected(looked -> false);
        Reach reach = tail.look(SeekableTopic.NAME, range, seen);
        all.addAll(seen.ids);
        if (range.before().isEmpty()) {
          assertNothingIsLeftOutSince(topic, reach, seen);
        }
        range =
            new Range(
                Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), reach.positions());
        complete = reach.complete();
      }
      assertThat(all)
          .as("seed " + seed)
          .containsExactlyInAnyOrderElementsOf(
              topic.records().stream().map(KafkaRecordTailTest::id).toList());
    }
  }

  @Test
  void looksBetweenTimesOnly() {
    SeekableTopic topic = new SeekableTopic(2);
    fill(topic, 0, 1_000, SMALL);
    fill(topic, 1, 10, SMALL);
    Collected seen = new Collected(looked -> false);
    Reach reach =
        tail(topic, FAR)
            .look(
                SeekableTopic.NAME,
                new Range(
                    Optional.empty(), OptionalLong.of(1_500), OptionalLong.of(1_600), Map.of()),
                seen);
    assertThat(reach.complete()).isTrue();
    assertThat(reach.retained()).isEqualTo(1_010);
    assertThat(seen.ids).hasSize(100).contains("0@500", "0@599");
    Collected all = new Collected(looked -> false);
    Range unbounded =
        new Range(
            Optional.empty(), OptionalLong.of(Long.MIN_VALUE), OptionalLong.of(9_999), Map.of());
    tail(topic, FAR).look(SeekableTopic.NAME, unbounded, all);
    assertThat(all.ids).hasSize(1_010);
  }

  @Test
  void looksIntoThePartitionOfAKeyOnly() {
    SeekableTopic topic = new SeekableTopic(5);
    List<String> keys = List.of("logs-0-1", "logs-3-42", "logs-11-9999999999");
    for (String key : keys) {
      topic.append(Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % 5, 1_000, key, SMALL);
    }
    for (String key : keys) {
      Collected seen = new Collected(looked -> false);
      int before = topic.soughtIn().size();
      Reach reach =
          tail(topic, FAR)
              .look(
                  SeekableTopic.NAME,
                  new Range(Optional.of(key), OptionalLong.empty(), OptionalLong.empty(), Map.of()),
                  seen);
      assertThat(seen.keys).contains(key);
      assertThat(Set.copyOf(topic.soughtIn().subList(before, topic.soughtIn().size()))).hasSize(1);
      assertThat(reach.retained()).as("in all partitions").isEqualTo(3);
      assertThat(reach.positions()).hasSize(1);
    }
  }

  @Test
  void saysThatNothingIsSureWhenTimeIsUpBeforeItBegan() {
    SeekableTopic topic = new SeekableTopic(1);
    fill(topic, 0, 10, SMALL);
    Reach reach =
        tail(topic, new KafkaRecordTail.Limits(1, 1, Duration.ZERO, Duration.ZERO))
            .look(SeekableTopic.NAME, Range.ALL, new Collected(looked -> false));
    assertThat(reach).isEqualTo(new Reach(0, 10, false, OptionalLong.empty(), Map.of(0, 10L)));
  }

  @Test
  void letsFewLookAtATimeAndOthersInWhenTheyAreDone() throws Exception {
    SeekableTopic topic = new SeekableTopic(1);
    fill(topic, 0, 10, SMALL);
    KafkaRecordTail tail = tail(topic, FAR);
    CountDownLatch looking = new CountDownLatch(KafkaRecordTail.MAX_LOOKS);
    CountDownLatch refused = new CountDownLatch(1);
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (int i = 0; i < KafkaRecordTail.MAX_LOOKS; i++) {
      others.add(
          CompletableFuture.runAsync(
              () -> tail.look(SeekableTopic.NAME, Range.ALL, blocked(looking, refused))));
    }
    looking.await();
    Collected seen = new Collected(looked -> false);
    assertThatThrownBy(() -> tail.look(SeekableTopic.NAME, Range.ALL, seen))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.OVERLOADED));
    assertThat(seen.ids).isEmpty();
    refused.countDown();
    for (CompletableFuture<Void> other : others) {
      other.join();
    }
    tail.look(SeekableTopic.NAME, Range.ALL, seen);
    assertThat(seen.ids).isNotEmpty();
  }

  @Test
  void saysWhichTopicCannotBeReadAndWhy() {
    SeekableTopic topic = new SeekableTopic(1);
    fill(topic, 0, 10, SMALL);
    KafkaRecordTail tail = tail(topic, FAR);
    Collected seen = new Collected(looked -> false);
    assertThatThrownBy(() -> tail.look("other", Range.ALL, seen))
        .isInstanceOf(StoreException.class)
        .hasMessage("topic 'other': there is no such topic");
    topic.fail(new KafkaException("the broker is away"));
    for (int i = 0; i <= KafkaRecordTail.MAX_LOOKS; i++) {
      assertThatThrownBy(() -> tail.look(SeekableTopic.NAME, Range.ALL, seen))
          .isInstanceOf(StoreException.class)
          .hasMessage("topic 'letters': the broker is away");
    }
  }

  /** Holds up whoever shows it something. */
  private static Viewer blocked(CountDownLatch looking, CountDownLatch until) {
    return new Viewer() {
      @Override
      public void see(Entry entry) {
        looking.countDown();
        try {
          until.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }

      @Override
      public boolean hasEnough(long looked, long backToMillis) {
        return true;
      }
    };
  }

  private static void assertNothingIsLeftOutSince(
      SeekableTopic topic, Reach reach, Collected seen) {
    Set<String> ids = new HashSet<>(seen.ids);
    assertThat(ids).as("each once").hasSize(seen.ids.size());
    for (ConsumerRecord<byte[], byte[]> record : topic.records()) {
      boolean reached = record.offset() >= reach.positions().get(record.partition());
      assertThat(ids.contains(id(record))).as(id(record)).isEqualTo(reached);
      if (!reached && reach.backToMillis().isPresent()) {
        assertThat(record.timestamp()).isLessThanOrEqualTo(reach.backToMillis().getAsLong());
      }
    }
  }

  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return record.partition() + "@" + record.offset();
  }

  /** Appends a record each millisecond from 1,000 on. */
  private static void fill(SeekableTopic topic, int partition, int count, byte[] value) {
    for (int i = 0; i < count; i++) {
      topic.append(partition, 1_000 + i, "k", value);
    }
  }

  private static KafkaRecordTail.Limits limits(long records, long bytes) {
    return new KafkaRecordTail.Limits(records, bytes, LONG, Duration.ZERO);
  }

  private static KafkaRecordTail tail(SeekableTopic topic, KafkaRecordTail.Limits limits) {
    return new KafkaRecordTail(topic::consumer, limits);
  }

  /** Notes what it is shown. */
  private static final class Collected implements Viewer {
    private final LongPredicate enough;
    private final List<String> ids = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();

    Collected(LongPredicate enough) {
      this.enough = enough;
    }

    @Override
    public void see(Entry entry) {
      ids.add(entry.partition() + "@" + entry.offset());
      keys.add(new String(entry.key(), UTF_8));
    }

    @Override
    public boolean hasEnough(long looked, long backToMillis) {
      return enough.test(looked);
    }
  }
}
