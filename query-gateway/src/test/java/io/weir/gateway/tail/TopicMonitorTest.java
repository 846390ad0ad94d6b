package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.search.StoreException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TopicMonitorTest {
  private final TestingLogTopic log = new TestingLogTopic(2);
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger changes = new AtomicInteger();

  @Test
  void knowsTheRateAndKeepsWhatItKnewWhileKafkaIsAway() {
    try (TopicMonitor monitor = new TopicMonitor(log, nanos::get)) {
      log.away(true);
      monitor.look(changes::incrementAndGet);
      assertThatThrownBy(monitor::current)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("no broker answered");

      log.away(false);
      monitor.look(changes::incrementAndGet);
      for (int second = 0; second < 20; second++) {
        for (int i = 0; i < 100; i++) {
          log.append(i % 2, "{}");
        }
        nanos.addAndGet(1_000_000_000L);
        monitor.look(changes::incrementAndGet);
      }
      assertThat(monitor.rate()).isCloseTo(100, within(1.0));
      assertThat(changes).hasValue(1);

      log.away(true);
      monitor.look(changes::incrementAndGet);
      assertThat(monitor.current().partitions()).isEqualTo(2);
    }
  }

  @Test
  void tellsOfAnotherIncarnationAndOfMorePartitions() {
    try (TopicMonitor monitor = new TopicMonitor(log, nanos::get)) {
      monitor.look(changes::incrementAndGet);
      log.addPartition();
      monitor.look(changes::incrementAndGet);
      assertThat(monitor.current().partitions()).isEqualTo(3);
      log.recreate();
      monitor.look(changes::incrementAndGet);
      assertThat(monitor.current().code()).isEqualTo("00002");
      assertThat(changes).hasValue(3);
    }
  }
}
