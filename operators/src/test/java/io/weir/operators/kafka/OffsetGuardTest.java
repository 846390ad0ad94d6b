package io.weir.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.operators.kafka.PartitionBounds.Range;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetGuardTest {
  private static final TopicPartition P0 = new TopicPartition("logs", 0);
  private static final TopicPartition P1 = new TopicPartition("logs", 1);

  private final HashMap<TopicPartition, Range> held =
      new HashMap<>(Map.of(P0, new Range(100, 200), P1, new Range(0, 50)));
  private final SimpleCounter expired = new SimpleCounter();

  private OffsetGuard guard(ExpiredOffsets policy) {
    return new OffsetGuard(policy, partitions -> held, expired);
  }

  private static KafkaPartitionSplit at(TopicPartition partition, long offset) {
    return new KafkaPartitionSplit(partition, offset);
  }

  @Test
  void letsSplitsPassWhoseOffsetsAreThere() {
    List<KafkaPartitionSplit> splits = List.of(at(P0, 100), at(P1, 50));

    assertThat(guard(ExpiredOffsets.FAIL).admit(splits)).isEqualTo(splits);
    assertThat(expired.getCount()).isZero();
  }

  @Test
  void failsNamingPartitionWantedOffsetAndEarliest() {
    assertThatThrownBy(() -> guard(ExpiredOffsets.FAIL).admit(List.of(at(P0, 40), at(P1, 10))))
        .isInstanceOf(ExpiredOffsetsException.class)
        .hasMessageContaining("logs-0: wanted offset 40, earliest is 100, 60 expired")
        .hasMessageContaining("kafka.expired-offsets: earliest")
        .hasMessageNotContaining("logs-1");
    assertThat(expired.getCount()).isZero();
  }

  @Test
  void namesEveryPartitionAtOnce() {
    held.put(P1, new Range(20, 50));

    assertThatThrownBy(() -> guard(ExpiredOffsets.FAIL).admit(List.of(at(P0, 40), at(P1, 10))))
        .hasMessageContaining("logs-0")
        .hasMessageContaining("logs-1");
  }

  @Test
  void goesOnAtTheEarliestAndCountsTheGapWhenToldTo() {
    List<KafkaPartitionSplit> admitted =
        guard(ExpiredOffsets.EARLIEST).admit(List.of(at(P0, 40), at(P1, 10)));

    assertThat(admitted).containsExactly(at(P0, 100), at(P1, 10));
    assertThat(expired.getCount()).isEqualTo(60);
  }

  @Test
  void treatsAnOffsetBeyondTheEndAsGone() {
    assertThatThrownBy(() -> guard(ExpiredOffsets.FAIL).admit(List.of(at(P1, 51))))
        .hasMessageContaining("logs-1: wanted offset 51, but the end is 50")
        .hasMessageContaining("created anew");
    assertThat(guard(ExpiredOffsets.EARLIEST).admit(List.of(at(P1, 51))))
        .containsExactly(at(P1, 0));
    assertThat(expired.getCount()).isZero();
  }

  @Test
  void failsForAPartitionThatIsGoneAndLeavesItsSplitAloneWhenToldToGoOn() {
    held.remove(P1);

    assertThatThrownBy(() -> guard(ExpiredOffsets.FAIL).admit(List.of(at(P1, 10))))
        .hasMessageContaining("logs-1: wanted offset 10, but it is gone");
    assertThat(guard(ExpiredOffsets.EARLIEST).admit(List.of(at(P1, 10))))
        .containsExactly(at(P1, 10));
  }

  @Test
  void pinsEarliestToTheOffsetThatItMeansNow() {
    List<KafkaPartitionSplit> admitted =
        guard(ExpiredOffsets.FAIL).admit(List.of(at(P0, KafkaPartitionSplit.EARLIEST_OFFSET)));

    assertThat(admitted).containsExactly(at(P0, 100));
    assertThat(expired.getCount()).isZero();
  }

  @Test
  void keepsTheStoppingOffsetOfASplitThatItMoves() {
    KafkaPartitionSplit bounded = new KafkaPartitionSplit(P0, 40, 150);

    assertThat(guard(ExpiredOffsets.EARLIEST).admit(List.of(bounded)))
        .containsExactly(new KafkaPartitionSplit(P0, 100, 150));
  }

  @Test
  void asksNothingWhenThereAreNoSplits() {
    OffsetGuard guard =
        new OffsetGuard(
            ExpiredOffsets.FAIL,
            partitions -> {
              throw new AssertionError("asked");
            },
            expired);

    assertThat(guard.admit(List.of())).isEmpty();
  }
}
