package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.tail.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaLogReaderTest {
  private static final String TOPIC = "logs";

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final KafkaLogReader reader = new KafkaLogReader(consumer, TOPIC);

  @Test
  void goesWhereverItIsToldEvenInAPartitionThatItReads() {
    reader.assign(Map.of(0, 5L));
    assertThat(read(5, 9)).containsExactly(5L, 6L, 7L, 8L, 9L);
    assertThat(reader.position(0)).isEqualTo(10);

    reader.assign(Map.of(0, 7L, 1, 3L));
    assertThat(consumer.position(new TopicPartition(TOPIC, 0))).isEqualTo(7);
    assertThat(consumer.position(new TopicPartition(TOPIC, 1))).isEqualTo(3);
    assertThat(reader.position(0)).isEqualTo(7);
    assertThat(read(7, 9)).containsExactly(7L, 8L, 9L);

    // And goes on undisturbed where it is.
    reader.assign(Map.of(0, 10L));
    assertThat(consumer.position(new TopicPartition(TOPIC, 0))).isEqualTo(10);
    assertThat(consumer.assignment()).containsExactly(new TopicPartition(TOPIC, 0));
  }

  private List<Long> read(long first, long last) {
    for (long offset = first; offset <= last; offset++) {
      consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, offset, null, "m".getBytes(UTF_8)));
    }
    return reader.poll(Duration.ZERO).stream().map(LogRecord::offset).toList();
  }
}
