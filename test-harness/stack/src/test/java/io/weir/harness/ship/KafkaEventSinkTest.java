package io.weir.harness.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaEventSinkTest {

  @Test
  void waitsUntilKafkaIsThereAndSendsEachEventOnce() {
    AwayProducer producer = new AwayProducer(3);
    KafkaEventSink sink = new KafkaEventSink("logs", () -> producer);
    assertThat(sink.send(events("a", "b"))).isTrue();
    assertThat(producer.history()).hasSize(2);
    assertThat(new String(producer.history().get(0).key(), StandardCharsets.UTF_8)).isEqualTo("a");
  }

  @Test
  void sendsOnlyWhatWasRefusedAgain() {
    MockProducer<byte[], byte[]> refuses = mock(false);
    MockProducer<byte[], byte[]> takes = mock(true);
    List<MockProducer<byte[], byte[]>> producers =
        new java.util.ArrayList<>(List.of(refuses, takes));
    KafkaEventSink sink = new KafkaEventSink("logs", () -> producers.remove(0));
    CompletableFuture<Boolean> sent =
        CompletableFuture.supplyAsync(() -> sink.send(events("a", "b", "c")));
    await().atMost(Duration.ofSeconds(60)).until(() -> refuses.history().size() == 3);
    refuses.completeNext();
    refuses.errorNext(new AuthorizationException("not allowed"));
    refuses.completeNext();
    assertThat(sent.join()).isTrue();
    assertThat(takes.history())
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactly("b");
  }

  @Test
  void stopsWaitingWhenToldTo() {
    MockProducer<byte[], byte[]> silent = mock(false);
    KafkaEventSink sink = new KafkaEventSink("logs", () -> silent);
    CompletableFuture<Boolean> sent = CompletableFuture.supplyAsync(() -> sink.send(events("a")));
    await().atMost(Duration.ofSeconds(60)).until(() -> silent.history().size() == 1);
    sink.stop();
    assertThat(sent).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(false);
  }

  private static List<EventEncoder.Encoded> events(String... services) {
    return java.util.Arrays.stream(services)
        .map(service -> new EventEncoder.Encoded(service, new byte[] {'{', '}'}))
        .toList();
  }

  private static MockProducer<byte[], byte[]> mock(boolean autoComplete) {
    return new MockProducer<>(
        autoComplete, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Has no metadata for the first calls. */
  private static final class AwayProducer extends MockProducer<byte[], byte[]> {
    private int away;

    AwayProducer(int away) {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.away = away;
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (away-- > 0) {
        throw new TimeoutException("Topic logs not present in metadata after 2000 ms.");
      }
      return super.send(record, callback);
    }
  }
}
