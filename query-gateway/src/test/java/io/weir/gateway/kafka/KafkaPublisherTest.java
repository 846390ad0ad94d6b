package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.ingest.OutgoingRecord;
import io.weir.gateway.ingest.PublishException;
import io.weir.gateway.ingest.RecordPublisher.Published;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaPublisherTest {
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final KafkaPublisher publisher = new KafkaPublisher(producer, "logs");

  @Test
  void keysRecordsByServiceAndCompletesWithTheLastAcknowledgement() {
    CompletableFuture<Published> answer = publish("a", "b");
    assertThat(producer.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("a", "b");
    assertThat(producer.history()).allMatch(record -> record.topic().equals("logs"));
    producer.completeNext();
    assertThat(answer).isNotDone();
    producer.completeNext();
    assertThat(answer).isCompletedWithValue(new Published(Map.of()));
  }

  @Test
  void namesTheEventsThatCanNeverBePublished() {
    CompletableFuture<Published> answer = publish("a", "b", "c");
    producer.completeNext();
    producer.errorNext(new RecordTooLargeException("2 MB are too large"));
    producer.completeNext();
    assertThat(answer.join().refused()).isEqualTo(Map.of(1, "2 MB are too large"));
  }

  @Test
  void failsAsAWholeWhenKafkaDoesNotAcknowledgeAndSaysHowManyItDid() {
    CompletableFuture<Published> answer = publish("a", "b", "c");
    producer.completeNext();
    producer.errorNext(new TimeoutException("expired"));
    producer.completeNext();
    PublishException failure = (PublishException) catchThrowable(answer::join).getCause();
    assertThat(failure.acknowledged()).isEqualTo(2);
    assertThat(failure).hasMessageContaining("expired");
  }

  @Test
  void sendsNothingMoreOnceTheFirstSendHasFailed() {
    producer.sendException = new TimeoutException("no metadata");
    CompletableFuture<Published> answer = publish("a", "b", "c");
    assertThat(answer).isCompletedExceptionally();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void waitsForAllReplicasAndNeverReordersOrRepeats() {
    GatewayConfig config =
        TestingConfig.with("ingest.ack-timeout", "3s", "kafka.properties.linger.ms", "7");
    Map<String, Object> properties = KafkaPublisher.properties(config.kafka(), config.ingest());
    assertThat(properties)
        .containsEntry(ProducerConfig.ACKS_CONFIG, "all")
        .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true)
        .containsEntry(ProducerConfig.LINGER_MS_CONFIG, "7")
        .doesNotContainKey(ProducerConfig.PARTITIONER_CLASS_CONFIG);
    assertThat((int) properties.get(ProducerConfig.MAX_BLOCK_MS_CONFIG)).isLessThan(3_000);
  }

  private CompletableFuture<Published> publish(String... services) {
    return publisher
        .publish(
            java.util.Arrays.stream(services)
                .map(
                    service -> new OutgoingRecord(service, ("event of " + service).getBytes(UTF_8)))
                .toList())
        .toCompletableFuture();
  }
}
