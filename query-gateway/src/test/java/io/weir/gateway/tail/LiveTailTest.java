package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.TestingClock;
import io.weir.gateway.search.LogFilter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LiveTailTest {
  private final TestingLogTopic log = new TestingLogTopic(1);
  private final TestingTailMeter meter = new TestingTailMeter();
  private final TopicInfo topic = log.describe();

  // While it is set, the live thread stands still where it looks what the topic is.
  private final AtomicBoolean standing = new AtomicBoolean();
  private final CountDownLatch stands = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private TopicInfo current() {
    if (standing.get()) {
      stands.countDown();
      try {
        assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return topic;
  }

  @Test
  void aClientThatComesWhileTheLastOneGoesGetsEverythingFromWhereItIs() throws Exception {
    Endings endings = new Endings(Duration.ofSeconds(1), bound -> 0, meter);
    LiveTail tail =
        new LiveTail(
            log,
            this::current,
            meter,
            endings,
            new TestingClock("2026-03-29T10:10:00Z"),
            Duration.ofMillis(1),
            Duration.ofSeconds(10));
    try (tail) {
      tail.start();
      Subscriber first = subscriber();
      tail.join(first, topic, Map.of(0, 0L), false).get(30, TimeUnit.SECONDS);
      for (int i = 0; i < 1_000; i++) {
        log.append("payments", "INFO", "m");
      }
      TestingClient reading = new TestingClient(first);
      Awaitility.await().until(() -> reading.logs().size() == 1_000);

      // Both commands are run in one round of the live thread.
      standing.set(true);
      tail.topicMayHaveChanged();
      assertThat(stands.await(30, TimeUnit.SECONDS)).isTrue();
      standing.set(false);
      tail.leave(first);
      Subscriber second = subscriber();
      CompletableFuture<Map<Integer, Long>> joined =
          tail.join(second, topic, Map.of(0, 800L), true);
      goOn.countDown();

      assertThat(joined.get(30, TimeUnit.SECONDS)).isEqualTo(Map.of(0, 800L));
      log.append("payments", "INFO", "m");
      TestingClient other = new TestingClient(second);
      Awaitility.await().until(() -> other.logs().stream().anyMatch(e -> e.offset() == 1_000));
      assertThat(other.logs())
          .extracting(TestingClient.Event::offset)
          .containsExactlyElementsOf(LongStream.rangeClosed(800, 1_000).boxed().toList());
    }
  }

  private static Subscriber subscriber() {
    return new Subscriber(
        TailFilter.of(LogFilter.ALL),
        new int[] {0},
        new ClientQueue(5_000, 2 << 20, new QueueBudget(64 << 20), false),
        () -> {});
  }
}
