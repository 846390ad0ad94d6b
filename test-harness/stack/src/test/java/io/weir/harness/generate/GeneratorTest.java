package io.weir.harness.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private final LogStream stream =
      new LogStream(
          LogStream.Plan.of("run", 1).withPoisonEvery(100),
          EventTimes.steps(Instant.EPOCH, Duration.ofMillis(1)));

  @Test
  void reportsExactlyWhatItSent() {
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    LoadReport report = new Generator(kafka).send(stream, Load.count("logs", 1000));
    assertThat(report.events()).isEqualTo(990);
    assertThat(report.poisonRecords()).isEqualTo(10);
    assertThat(report.sources()).hasSize(4);
    assertThat(report.sources().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(990);
    assertThat(report.levels().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(990);
    assertThat(kafka.history()).hasSize(1000);
    assertThat(report.bytes())
        .isEqualTo(
            kafka.history().stream()
                .map(ProducerRecord::value)
                .mapToLong(value -> value == null ? 0 : value.length)
                .sum());
    assertThat(report.toJson()).startsWith("{\"events\":990,\"poison\":10,");
  }

  @Test
  void failsWhenKafkaRefusesARecord() {
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            Future<RecordMetadata> sent = super.send(record, callback);
            errorNext(new KafkaException("disk is full"));
            return sent;
          }
        };
    Generator generator = new Generator(kafka);
    assertThatThrownBy(() -> generator.send(stream, Load.count("logs", 10)))
        .hasMessageContaining("topic logs")
        .hasRootCauseMessage("disk is full");
  }
}
