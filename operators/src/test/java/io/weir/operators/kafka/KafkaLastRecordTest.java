package io.weir.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaLastRecordTest {
  private static final TopicPartition PARTITION = new TopicPartition("alert-rules", 0);

  // Kafka's own double of its client: it passes over offsets without a record, as the real one does
  // over marks of transactions. The real one is in the tests of the gateway's rules and of the
  // jobs.
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

  @Test
  void findsNothingInAnEmptyPartition() {
    assertThat(last(5, 5)).isEmpty();
  }

  @Test
  void findsTheRecordAtTheEnd() {
    assertThat(last(0, 3, 0, 1, 2)).hasValue(2);
  }

  private OptionalLong last(long beginning, long end, long... offsets) {
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, beginning));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    consumer.schedulePollTask(
        () -> {
          for (long offset : offsets) {
            consumer.addRecord(
                new ConsumerRecord<>(PARTITION.topic(), 0, offset, new byte[1], new byte[1]));
          }
        });
    return KafkaLastRecord.find(consumer, PARTITION);
  }
}
