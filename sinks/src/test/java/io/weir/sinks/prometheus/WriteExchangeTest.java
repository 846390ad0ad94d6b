package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteExchangeTest {
  private static final String TOO_OLD = "too old sample";

  private final AtomicLong clock = new AtomicLong();
  private final TestingRemoteWriteClient client = new TestingRemoteWriteClient();
  private final WriteExchange exchange =
      new WriteExchange(client, URI.create("http://prometheus/api/v1/write"), 100, clock::get);

  @Test
  void sendsABatchInOneRequest() {
    WriteOutcome outcome = send(0, 10);

    assertThat(client.requests).containsExactly(Samples.encoded(0, 10));
    assertThat(outcome.written()).isEqualTo(10);
    assertThat(outcome.writtenBytes())
        .isEqualTo(WriteRequest.encode(Samples.encoded(0, 10)).length);
    assertThat(outcome.requests()).isEqualTo(1);
    assertThat(outcome.lastError()).isNull();
  }

  @Test
  void dropsTheOffendingSampleAlone() {
    client.refuse(List.of(5), 400, "duplicate sample for timestamp");

    WriteOutcome outcome = send(0, 8);

    assertThat(outcome.drops())
        .containsExactly(
            new WriteOutcome.Drop(
                Samples.encoded(5),
                DropReason.DUPLICATE_TIMESTAMP,
                "400 duplicate sample for timestamp"));
    assertThat(outcome.written()).isEqualTo(7);
    assertThat(client.written().stream().map(SeriesSample::value))
        .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 7.0);
    assertThat(outcome.requests()).as("1 + 2 for each halving").isEqualTo(7);
  }

  /** Whatever is refused, the others arrive once, in order, and each refused one is named. */
  @Test
  void findsEveryOffendingSampleInOrder() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(100);
      int bad = random.nextInt(size + 1);
      List<Integer> refused = random.ints(0, size).distinct().limit(bad).sorted().boxed().toList();
      client.requests.clear();
      client.refuse(refused, 500, TOO_OLD);

      WriteOutcome outcome = send(0, size);

      assertThat(client.written().stream().map(sample -> (int) sample.value()))
          .containsExactlyElementsOf(
              IntStream.range(0, size).filter(i -> !refused.contains(i)).boxed().toList());
      assertThat(outcome.drops().stream().map(drop -> (int) drop.sample().value()))
          .containsExactlyElementsOf(refused);
      assertThat(outcome.drops()).allMatch(drop -> drop.reason() == DropReason.TOO_OLD);
      assertThat(outcome.requests()).isEqualTo(client.requests.size()).isLessThan(2 * size + 1);
      assertThat(outcome.again()).isEmpty();
    }
  }

  @Test
  void givesTheRestBackInOrderWhenThereIsNoAnswer() {
    client
        .then(TestingRemoteWriteClient.answer(400, "bad"))
        .then(TestingRemoteWriteClient.WRITTEN)
        .then(TestingRemoteWriteClient.answer(400, "bad"))
        .then(new WriteAnswer.Unanswered(new ConnectException("refused")));

    WriteOutcome outcome = send(0, 8);

    assertThat(outcome.written()).isEqualTo(4);
    assertThat(outcome.again()).isEqualTo(Samples.encoded(4, 8));
    assertThat(outcome.lacksCapacity()).isTrue();
    assertThat(outcome.lastError())
        .isEqualTo(new WriteOutcome.Problem(0, "java.net.ConnectException: refused"));
  }

  @Test
  void passesOnHowLongTheReceiverWantsToBeLeftAlone() {
    client.then(new WriteAnswer.Answered(429, "slow down", Duration.ofSeconds(3)));

    WriteOutcome outcome = send(0, 2);

    assertThat(outcome.again()).isEqualTo(Samples.encoded(0, 2));
    assertThat(outcome.retryAfterMillis()).isEqualTo(3_000);
    assertThat(outcome.lastError()).hasToString("429 slow down");
  }

  @Test
  void givesTheRestBackWhenSplittingTakesTooLong() {
    client.hold = true;
    CompletableFuture<WriteOutcome> result = exchange.send(Samples.encoded(0, 8));
    client.answerNext(TestingRemoteWriteClient.answer(400, "bad"));
    clock.set(101);
    client.answerNext(TestingRemoteWriteClient.WRITTEN);

    WriteOutcome outcome = result.join();

    assertThat(outcome.written()).isEqualTo(4);
    assertThat(outcome.again()).isEqualTo(Samples.encoded(4, 8));
    assertThat(outcome.lacksCapacity()).isFalse();
  }

  @Test
  void hasOneRequestUnderWayAtATime() {
    client.hold = true;
    CompletableFuture<WriteOutcome> result = exchange.send(Samples.encoded(0, 2));
    client.answerNext(TestingRemoteWriteClient.answer(400, "bad"));

    assertThat(client.held).hasSize(1);
    client.answerNext(TestingRemoteWriteClient.WRITTEN);
    assertThat(client.held).hasSize(1);
    client.answerNext(TestingRemoteWriteClient.WRITTEN);
    assertThat(result).isCompleted();
  }

  @Test
  void failsNamingTheRequestAndItsFirstSample() {
    client.then(TestingRemoteWriteClient.answer(401, "Unauthorized"));

    WriteOutcome outcome = send(0, 2);

    assertThat(outcome.failure())
        .isInstanceOf(RemoteWriteException.class)
        .hasMessage(
            "POST http://prometheus/api/v1/write with 2 samples, the first requests{host=\"h0\"}"
                + " 0.0 at 2026-03-29T10:00:00Z, was answered 401 Unauthorized");
  }

  @Test
  void splitsARequestThatIsTooLargeAndRemembersItsSize() {
    client.afterwards =
        samples ->
            samples.size() > 2
                ? TestingRemoteWriteClient.answer(413, "too large")
                : TestingRemoteWriteClient.WRITTEN;

    WriteOutcome outcome = send(0, 8);

    assertThat(outcome.written()).isEqualTo(8);
    assertThat(outcome.tooLargeBytes())
        .isEqualTo(WriteRequest.encode(Samples.encoded(0, 4)).length);
  }

  private WriteOutcome send(int from, int to) {
    return exchange.send(Samples.encoded(from, to)).join();
  }
}
