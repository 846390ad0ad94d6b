package io.weir.sinks.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.deadletter.DeadLetter.PayloadKind;
import io.weir.model.deadletter.DeadLetter.Stage;
import io.weir.model.deadletter.DeadLetter.Store;
import io.weir.model.kafka.RecordOrigin;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaDeadLetterChannelTest {
  private static final DeadLetterTopic TOPIC =
      new DeadLetterTopic(
          "dead", Map.of("bootstrap.servers", "localhost:1"), DeadLetterTopic.MIN_RECORD_BYTES);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final MetricListener metrics = new MetricListener();
  private final KafkaDeadLetterChannel channel =
      new KafkaDeadLetterChannel(TOPIC, producer, metrics.getMetricGroup());

  @Test
  void completesALetterWhenKafkaHasIt() {
    CompletableFuture<Void> stored = channel.send(letter(1, "mapping_rejected", 10));
    assertThat(stored).isNotDone();
    assertThat(producer.completeNext()).isTrue();
    assertThat(stored).isCompleted();
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void failsALetterThatKafkaRefusesAndNamesIt() {
    CompletableFuture<Void> stored = channel.send(letter(7, "mapping_rejected", 10));
    producer.errorNext(new TimeoutException("no broker"));
    assertThatThrownBy(stored::join)
        .cause()
        .isInstanceOf(DeadLetterException.class)
        .hasMessageContainingAll("'dead'", "offset=7", "mapping_rejected", "no broker");
    assertThat(counter(DeadLetterMetrics.FAILED)).isEqualTo(1);
  }

  @Test
  void failsALetterThatCannotEvenBeQueued() {
    producer.sendException = new TimeoutException("buffer is full");
    assertThatThrownBy(channel.send(letter(7, "x", 10))::join)
        .cause()
        .hasMessageContaining("buffer is full");
  }

  @Test
  void countsWhatKafkaHasByReason() {
    channel.send(letter(1, "mapping_rejected", 10));
    channel.send(letter(2, "mapping_rejected", 1 << 20));
    channel.send(letter(3, "too_large", 10));
    channel.send(letter(4, "too_large", 10));
    producer.completeNext();
    producer.completeNext();
    producer.completeNext();
    producer.errorNext(new TimeoutException("no broker"));
    assertThat(counter("reason", "mapping_rejected", DeadLetterMetrics.SENT)).isEqualTo(2);
    assertThat(counter("reason", "too_large", DeadLetterMetrics.SENT)).isEqualTo(1);
    assertThat(counter(DeadLetterMetrics.CUT)).isEqualTo(1);
    assertThat(counter(DeadLetterMetrics.FAILED)).isEqualTo(1);
  }

  @Test
  void countsAFloodOfReasonsUnderOne() {
    for (int i = 0; i < 100; i++) {
      channel.send(letter(i, "reason-" + i, 10));
      producer.completeNext();
    }
    assertThat(counter("reason", "reason-0", DeadLetterMetrics.SENT)).isEqualTo(1);
    assertThat(counter("reason", DeadLetterMetrics.OTHER, DeadLetterMetrics.SENT)).isEqualTo(36);
  }

  @Test
  void closesItsProducer() {
    channel.close();
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void travelsWithTheJobGraph() throws Exception {
    assertThat(InstantiationUtil.isSerializable(KafkaDeadLetterChannel.factory(TOPIC))).isTrue();
    assertThat(InstantiationUtil.isSerializable(DeadLetterSink.to(TOPIC))).isTrue();
    assertThat(InstantiationUtil.clone(TOPIC)).isEqualTo(TOPIC);
  }

  private long counter(String... name) {
    return metrics.getCounter(name).map(Counter::getCount).orElse(-1L);
  }

  private static DeadLetter letter(long offset, String reason, int payloadBytes) {
    return new DeadLetter(
        new RecordOrigin("logs", "a1b2c", 3, offset, 1_000),
        Stage.WRITE,
        Store.ELASTICSEARCH,
        reason,
        "mapper_parsing_exception",
        PayloadKind.DOCUMENT,
        new byte[payloadBytes]);
  }
}
