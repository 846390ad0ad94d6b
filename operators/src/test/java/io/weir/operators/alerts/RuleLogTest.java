package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.ERRORS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuleLogTest {
  private static final TopicPartition RULES = new TopicPartition("alert-rules", 0);
  private static final TopicPartition POINTS = new TopicPartition("metrics", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final AtomicLong wall = new AtomicLong(1_000_000);
  private final AtomicInteger invalid = new AtomicInteger();
  private final RuleLog log =
      new RuleLog(
          consumer,
          new RuleFeed.Settings(new HashMap<>(), "alert-rules", "metrics", Duration.ofSeconds(5)),
          wall::get,
          invalid::incrementAndGet);

  @BeforeEach
  void topics() {
    Node[] none = {};
    consumer.updatePartitions(
        "alert-rules", List.of(new PartitionInfo("alert-rules", 0, null, none, none)));
    consumer.updatePartitions(
        "metrics", List.of(new PartitionInfo("metrics", 0, null, none, none)));
    consumer.updateBeginningOffsets(Map.of(RULES, 0L, POINTS, 0L));
    consumer.updateEndOffsets(Map.of(RULES, 0L, POINTS, 10L));
  }

  @Test
  void aTopicWithoutRulesIsReadUpAtOnce() {
    assertThat(log.readUp()).isEqualTo(Control.snapshot(List.of(), 1_000_000));
  }

  @Test
  void theLastVersionOfEachRuleIsThere() {
    consumer.updateEndOffsets(Map.of(RULES, 5L));
    consumer.schedulePollTask(
        () -> {
          add(0, "a", ERRORS);
          add(1, "b", ERRORS);
          add(2, "a", ERRORS.replace("\"threshold\":1", "\"threshold\":2"));
        });
    consumer.schedulePollTask(
        () -> {
          add(3, "b", null);
          add(4, "c", "{\"metric\":");
        });

    Control control = log.readUp();

    assertThat(control.rules()).hasSize(1);
    assertThat(control.rules().get(0).version()).isEqualTo(2);
    assertThat(control.rules().get(0).rule().threshold()).isEqualTo(2);
    assertThat(invalid).hasValue(1);
  }

  @Test
  void changesFollowInOrder() {
    log.readUp();
    consumer.schedulePollTask(
        () -> {
          add(0, "a", ERRORS);
          add(1, "a", null);
        });

    assertThat(log.poll())
        .singleElement()
        .satisfies(
            control -> {
              assertThat(control.kind()).isEqualTo(Control.Kind.UPDATE);
              assertThat(control.rules()).hasSize(2);
              assertThat(control.rules().get(1).rule()).isNull();
            });
  }

  @Test
  void ticksSayWhetherAnybodyWrotePoints() {
    log.readUp();
    assertThat(tick(5_000)).isEqualTo(Control.tick(1_005_000, 5_000, false));
    assertThat(tick(5_000)).isEqualTo(Control.tick(1_010_000, 5_000, true));
    consumer.updateEndOffsets(Map.of(POINTS, 11L));
    assertThat(tick(5_000).quiet()).isFalse();
    assertThat(tick(60_000).elapsedMillis()).as("an outage is no silence").isEqualTo(10_000);
  }

  @Test
  void aTopicThatIsNotThereIsNamed() {
    RuleLog other =
        new RuleLog(
            consumer,
            new RuleFeed.Settings(new HashMap<>(), "nowhere", "metrics", Duration.ofSeconds(5)),
            wall::get,
            invalid::incrementAndGet);

    assertThatThrownBy(other::readUp).hasMessageContaining("topic 'nowhere' is not there");
  }

  private Control tick(long later) {
    wall.addAndGet(later);
    List<Control> controls = log.poll();
    assertThat(controls).hasSize(1);
    return controls.get(0);
  }

  private void add(long offset, String id, String json) {
    consumer.addRecord(
        new ConsumerRecord<>(
            "alert-rules",
            0,
            offset,
            id.getBytes(StandardCharsets.UTF_8),
            json == null ? null : json.getBytes(StandardCharsets.UTF_8)));
  }
}
