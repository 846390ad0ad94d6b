package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.documents.Precondition;
import io.weir.gateway.documents.PreconditionFailedException;
import io.weir.gateway.search.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The protocol of ADR 65, step by step; the real Kafka proves that it holds. */
class KafkaDocumentStoreTest {
  private final TestingTopic topic = new TestingTopic(1);
  private final TopicTable<byte[]> table =
      new TopicTable<>(topic::consumer, TestingTopic.NAME, Function.<byte[]>identity()).start();
  private final List<Writer> writers = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();
  private KafkaException logEndFailure;
  private int fencedCommits;
  private KafkaException commitFailure;

  /** What a broker does that fails while it commits. */
  private final Deque<Unsettled> unsettledCommits = new ArrayDeque<>();

  private final KafkaDocumentStore store =
      new KafkaDocumentStore(
          table,
          () -> {
            Writer writer = new Writer();
            writers.add(writer);
            return writer;
          },
          this::logEnd,
          TestingTopic.NAME,
          Duration.ofSeconds(5));

  private long logEnd() {
    steps.add("look for the end");
    if (logEndFailure != null) {
      throw logEndFailure;
    }
    return topic.end(0);
  }

  @AfterEach
  void close() {
    store.close();
    table.close();
  }

  @Test
  void takesTheIdThenReadsToTheEndThenCommitsThenReadsItsOwnWrite() {
    long version = store.put("a", bytes("1"), Precondition.absent());
    assertThat(steps).containsExactly("take the id", "look for the end", "begin", "send", "commit");
    assertThat(store.find("a").orElseThrow().version()).isEqualTo(version);
    assertThat(store.all()).hasSize(1);
    // The id is still ours: no need to take it again.
    steps.clear();
    store.delete("a", Precondition.version(version));
    assertThat(steps).containsExactly("look for the end", "begin", "send", "commit");
    assertThat(store.find("a")).isEmpty();
  }

  @Test
  void checksAgainstWhatOthersHaveWrittenBefore() {
    long version = topic.append(0, "a", "theirs");
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> store.put("a", bytes("mine"), Precondition.absent()))
        .satisfies(e -> assertThat(e.current()).contains(version));
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> store.delete("a", Precondition.version(version + 1)));
    assertThat(steps).doesNotContain("send");
    assertThat(store.put("a", bytes("mine"), Precondition.version(version))).isEqualTo(1);
  }

  @Test
  void beginsAnewWhenAnotherGatewayHasTakenTheIdAndSeesWhatThatOneWrote() {
    store.put("a", bytes("1"), Precondition.absent());
    fencedCommits = 1;
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> store.put("a", bytes("2"), Precondition.version(0)))
        .withMessageContaining("'a' has version 1, not 0");
    assertThat(writers).hasSize(2);
    assertThat(writers.get(0).closed()).isTrue();
  }

  @Test
  void getsThroughOnceTheOtherGatewayIsDone() {
    fencedCommits = 3;
    assertThat(store.put("b", bytes("mine"), Precondition.absent())).isEqualTo(3);
    assertThat(writers).hasSize(4);
  }

  @Test
  void givesUpWhenItIsFencedForEver() {
    fencedCommits = Integer.MAX_VALUE;
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put("b", bytes("mine"), Precondition.absent()))
        .withMessageContaining("Kafka did not take the write");
    assertThat(writers).hasSize(20);
  }

  @Test
  void saysThatNobodyKnowsWhenTheCommitIsNotAnswered() {
    commitFailure = new TimeoutException("no answer");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put("a", bytes("1"), Precondition.absent()))
        .withMessageContaining("it may or may not have happened");
    commitFailure = null;
    // The next write takes the id again, which settles what was left open.
    store.put("b", bytes("1"), Precondition.absent());
    assertThat(writers).hasSize(2);
  }

  @Test
  void saysThatNothingWasWrittenWhenKafkaIsAway() {
    logEndFailure = new KafkaException("no broker");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put("a", bytes("1"), Precondition.absent()))
        .withMessageContaining("Kafka did not take the write: no broker")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
    assertThat(steps).doesNotContain("begin");
  }

  @Test
  void aCommitThatFailedAndTookPlaceIsDone() {
    unsettledCommits.add(Unsettled.COMMITTED);
    long version = store.put("a", bytes("1"), Precondition.absent());
    assertThat(store.find("a").orElseThrow().version()).isEqualTo(version).isZero();
    unsettledCommits.add(Unsettled.COMMITTED);
    store.delete("a", Precondition.version(version));
    assertThat(store.find("a")).isEmpty();
    assertThat(topic.end(0)).isEqualTo(2);
  }

  @Test
  void aCommitThatFailedAndDidNotTakePlaceIsMadeAgain() {
    store.put("a", bytes("0"), Precondition.absent());
    unsettledCommits.add(Unsettled.ABORTED);
    assertThat(store.put("a", bytes("1"), Precondition.version(0))).isEqualTo(2);
    unsettledCommits.add(Unsettled.ABORTED);
    store.delete("a", Precondition.version(2));
    assertThat(store.find("a")).isEmpty();
  }

  @Test
  void aCommitThatFailedAndTookPlaceIsDoneAlsoWhenSomebodyHasWrittenAfterIt() {
    unsettledCommits.add(Unsettled.OVERWRITTEN);
    assertThat(store.put("a", bytes("1"), Precondition.absent())).isZero();
    assertThat(store.find("a").orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void aCommitThatFailedAndDidNotTakePlaceHeedsWhatSomebodyHasWrittenAfterIt() {
    store.put("a", bytes("0"), Precondition.absent());
    unsettledCommits.add(Unsettled.ABORTED_AND_OVERWRITTEN);
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> store.put("a", bytes("1"), Precondition.version(0)))
        .satisfies(e -> assertThat(e.current()).contains(2L));
  }

  @Test
  void saysThatNobodyKnowsWhenTheTopicIsReadAnewAfterACommitThatFailed() {
    unsettledCommits.add(Unsettled.ABORTED_READ_ANEW);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put("a", bytes("1"), Precondition.absent()))
        .withMessageContaining("may or may not have happened");
  }

  private enum Unsettled {
    SETTLED,
    COMMITTED,
    ABORTED,
    OVERWRITTEN,
    ABORTED_AND_OVERWRITTEN,
    ABORTED_READ_ANEW
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Commits into the topic, unless another gateway is made to be faster. */
  private final class Writer extends MockProducer<byte[], byte[]> {
    private ProducerRecord<byte[], byte[]> pending;
    private CompletableFuture<RecordMetadata> metadata;

    Writer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void initTransactions() {
      steps.add("take the id");
      super.initTransactions();
    }

    @Override
    public void beginTransaction() {
      steps.add("begin");
      super.beginTransaction();
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      steps.add("send");
      pending = record;
      metadata = new CompletableFuture<>();
      return metadata;
    }

    @Override
    public void commitTransaction() {
      if (fencedCommits > 0) {
        fencedCommits--;
        topic.append(0, "a", "theirs");
        throw new ProducerFencedException("another gateway took the id");
      }
      if (commitFailure != null) {
        throw commitFailure;
      }
      Unsettled unsettled =
          unsettledCommits.isEmpty() ? Unsettled.SETTLED : unsettledCommits.poll();
      String key = new String(pending.key(), UTF_8);
      boolean aborted =
          EnumSet.of(
                  Unsettled.ABORTED, Unsettled.ABORTED_AND_OVERWRITTEN, Unsettled.ABORTED_READ_ANEW)
              .contains(unsettled);
      long offset =
          aborted
              ? topic.skip(0)
              : topic.append(
                  0, key, pending.value() == null ? null : new String(pending.value(), UTF_8));
      metadata.complete(
          new RecordMetadata(new TopicPartition(TestingTopic.NAME, 0), offset, 0, 0, 0, 0));
      if (unsettled == Unsettled.OVERWRITTEN || unsettled == Unsettled.ABORTED_AND_OVERWRITTEN) {
        topic.append(0, key, "theirs");
      }
      if (unsettled == Unsettled.ABORTED_READ_ANEW) {
        int before = topic.consumers();
        topic.fail(new KafkaException("the broker has gone"));
        await().until(() -> topic.consumers() > before);
        topic.fail(null);
      }
      if (unsettled != Unsettled.SETTLED) {
        throw new KafkaException("Unhandled error in EndTxnResponse");
      }
      steps.add("commit");
      super.commitTransaction();
    }
  }
}
