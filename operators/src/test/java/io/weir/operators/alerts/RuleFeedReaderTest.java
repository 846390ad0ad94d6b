package io.weir.operators.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RuleFeedReaderTest {
  private final TestingReaderOutput<Control> output = new TestingReaderOutput<>();

  @Test
  void anErrorFailsTheTaskInsteadOfEndingTheThread() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (RuleFeedReader reader =
        reader(
            settings -> {
              awaitUninterruptibly(goOn);
              throw new NoClassDefFoundError("gone");
            })) {
      reader.start();
      assertThat(reader.pollNext(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
      goOn.countDown();
      reader.isAvailable().get(30, TimeUnit.SECONDS);

      assertThatThrownBy(() -> reader.pollNext(output))
          .hasMessage("cannot read the rules in topic 'rules': gone")
          .hasCauseInstanceOf(NoClassDefFoundError.class);
    }
  }

  /** A task that looks at the very moment of the failure either sees it or is woken up. */
  @Test
  void aFailureIsNeverMissed() throws Exception {
    for (int i = 0; i < 3_000; i++) {
      try (RuleFeedReader reader =
          reader(
              settings -> {
                throw new IllegalStateException("no broker");
              })) {
        reader.start();
        assertThatThrownBy(
                () -> {
                  while (true) {
                    for (int look = 0; look < 200; look++) {
                      reader.pollNext(output);
                    }
                    reader.isAvailable().get(60, TimeUnit.SECONDS);
                  }
                })
            .hasMessageContaining("no broker");
      }
    }
  }

  @Test
  void asksAgainWhenNoBrokerAnswers() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
            if (asked.incrementAndGet() < 3) {
              throw new TimeoutException("nobody answers");
            }
            return List.of(new PartitionInfo(topic, 0, null, new Node[0], new Node[0]));
          }
        };
    consumer.updateBeginningOffsets(Map.of(new TopicPartition("rules", 0), 0L));
    consumer.updateEndOffsets(Map.of(new TopicPartition("rules", 0), 0L));
    try (RuleFeedReader reader = reader(settings -> consumer)) {
      reader.start();
      reader.isAvailable().get(30, TimeUnit.SECONDS);

      assertThat(reader.pollNext(output)).isEqualTo(InputStatus.MORE_AVAILABLE);
      assertThat(asked.get()).isGreaterThanOrEqualTo(3);
    }
  }

  private static RuleFeedReader reader(Function<RuleFeed.Settings, Consumer<byte[], byte[]>> open) {
    return new RuleFeedReader(
        Optional.of(RuleFeed.Settings.of(Map.of(), "rules", "points")),
        new UnregisteredMetricsGroup(),
        open);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
