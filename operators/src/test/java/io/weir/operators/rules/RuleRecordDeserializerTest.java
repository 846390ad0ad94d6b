package io.weir.operators.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RuleRecordDeserializerTest {
  private static final TopicPartition PARTITION = new TopicPartition("alert-rules", 0);

  private final List<RuleRecord> out = new ArrayList<>();
  private long last = 9;
  private int questions;
  private final RuleRecordDeserializer deserializer =
      new RuleRecordDeserializer(
          partition -> {
            assertThat(partition).isEqualTo(PARTITION);
            questions++;
            return last < 0 ? OptionalLong.empty() : OptionalLong.of(last);
          });

  private void read(int partition, long offset, String key, String value) {
    deserializer.deserialize(
        new ConsumerRecord<>("alert-rules", partition, offset, bytes(key), bytes(value)),
        new ListCollector<>(out));
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> texts() {
    return out.stream()
        .map(r -> r.isCaughtUp() ? "caught up" : r.id() + r.version() + (r.isDeleted() ? "-" : ""))
        .toList();
  }

  @Test
  void saysOnceWhenAllIsReadThatWasThere() {
    deserializer.open(null);
    read(0, 2, "a", "{}");
    read(0, 7, "b", null);
    read(0, 9, "c", "{}");
    last = 99;
    read(0, 10, "a", "{}");

    assertThat(texts()).containsExactly("a2", "b7-", "c9", "caught up", "a10");
    assertThat(questions).isEqualTo(1);
  }

  @Test
  void aTopicThatWasEmptyIsReadWithItsFirstRecord() {
    last = -1;
    deserializer.open(null);
    read(0, 0, "a", "{}");

    assertThat(texts()).containsExactly("a0", "caught up");
  }

  @Test
  void saysSoAgainAfterARestart() {
    deserializer.open(null);
    read(0, 9, "a", "{}");
    deserializer.open(null);
    read(0, 9, "a", "{}");

    assertThat(texts()).containsExactly("a9", "caught up", "a9", "caught up");
  }

  @Test
  void skipsWhatHasNoKeyButKnowsWhereItStands() {
    deserializer.open(null);
    read(0, 9, null, "{}");

    assertThat(texts()).containsExactly("caught up");
  }

  @Test
  void refusesATopicWithMorePartitions() {
    deserializer.open(null);

    assertThatThrownBy(() -> read(1, 0, "a", "{}")).hasMessageContaining("exactly one");
  }
}
