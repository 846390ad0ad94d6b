package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteExchangeTest {
  private static final String TOO_OLD = "too old sample";
  private static final String DUPLICATE = "duplicate sample for timestamp";

  private final AtomicLong clock = new AtomicLong();
  private final TestingRemoteWriteClient client = new TestingRemoteWriteClient();
  private WriteExchange exchange = exchange(true);

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
    client.refuse(List.of(5), 400, DUPLICATE);

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
      client.refuse(refused, 400, DUPLICATE);

      WriteOutcome outcome = send(0, size);

      assertThat(client.written().stream().map(sample -> (int) sample.value()))
          .containsExactlyElementsOf(
              IntStream.range(0, size).filter(i -> !refused.contains(i)).boxed().toList());
      assertThat(outcome.drops().stream().map(drop -> (int) drop.sample().value()))
          .containsExactlyElementsOf(refused);
      assertThat(outcome.drops()).allMatch(drop -> drop.reason() == DropReason.DUPLICATE_TIMESTAMP);
      assertThat(outcome.requests()).isEqualTo(client.requests.size()).isLessThan(2 * size + 1);
      assertThat(outcome.again()).isEmpty();
    }
  }

  /** Too old is a matter of time: few requests, whatever the share and the order of the samples. */
  @Test
  void findsWhatIsTooOldByItsTime() {
    Random random = new Random(43);
    for (int round = 0; round < 200; round++) {
      List<SeriesSample> samples = new ArrayList<>(Samples.encoded(0, 1 + random.nextInt(500)));
      Collections.shuffle(samples, random);
      int end = random.nextInt(samples.size() + 1);
      client.requests.clear();
      client.refuse(IntStream.range(0, end).boxed().toList(), 500, TOO_OLD);

      WriteOutcome outcome = exchange.send(samples).join();

      assertThat(client.written().stream().map(sample -> (int) sample.value()))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(end, samples.size()).boxed().toList());
      assertThat(outcome.drops().stream().map(drop -> (int) drop.sample().value()))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, end).boxed().toList());
      assertThat(outcome.drops()).allMatch(drop -> drop.reason() == DropReason.TOO_OLD);
      assertThat(outcome.written()).isEqualTo(samples.size() - end);
      assertThat(outcome.requests()).isLessThanOrEqualTo(12);
    }
  }

  @Test
  void findsWhatIsTooOldAmongOtherRefusals() {
    Random random = new Random(44);
    for (int round = 0; round < 200; round++) {
      List<SeriesSample> samples = new ArrayList<>(Samples.encoded(0, 1 + random.nextInt(200)));
      Collections.shuffle(samples, random);
      int old = random.nextInt(samples.size() + 1);
      List<Integer> duplicates = List.of(random.nextInt(200), random.nextInt(200));
      client.requests.clear();
      client.afterwards =
          request -> {
            // Prometheus names the first that it meets.
            for (SeriesSample sample : request) {
              if (sample.value() < old) {
                return TestingRemoteWriteClient.answer(500, TOO_OLD);
              }
              if (duplicates.contains((int) sample.value())) {
                return TestingRemoteWriteClient.answer(400, DUPLICATE);
              }
            }
            return TestingRemoteWriteClient.WRITTEN;
          };

      WriteOutcome outcome = exchange.send(samples).join();

      assertThat(client.written().stream().map(sample -> (int) sample.value()))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(old, samples.size())
                  .filter(i -> !duplicates.contains(i))
                  .boxed()
                  .toList());
      assertThat(outcome.decided()).isEqualTo(samples.size());
      assertThat(outcome.drops())
          .allMatch(
              drop ->
                  drop.reason()
                      == (drop.sample().value() < old
                          ? DropReason.TOO_OLD
                          : DropReason.DUPLICATE_TIMESTAMP));
    }
  }

  @Test
  void asksForEachSampleWhereTimeAloneDoesNotTell() {
    exchange = exchange(false);
    client.refuse(List.of(1, 3), 500, TOO_OLD);

    WriteOutcome outcome = send(0, 8);

    assertThat(outcome.drops().stream().map(WriteOutcome.Drop::sample))
        .containsExactly(Samples.encoded(1), Samples.encoded(3));
    assertThat(outcome.written()).isEqualTo(6);
  }

  @Test
  void givesBackOlderSamplesBeforeNewerOnes() {
    client
        .then(TestingRemoteWriteClient.answer(500, TOO_OLD))
        .then(new WriteAnswer.Unanswered(new ConnectException("refused")));

    assertThat(send(0, 8).again()).isEqualTo(Samples.encoded(0, 8));
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
  void failsWhenTheReceiverIsNotWhomItShouldBe() {
    client.then(new WriteAnswer.Untrusted("POST https://prometheus was not sent: no path"));

    WriteOutcome outcome = send(0, 2);

    assertThat(outcome.failure())
        .isInstanceOf(RemoteWriteException.class)
        .hasMessage("POST https://prometheus was not sent: no path");
    assertThat(outcome.again()).isEmpty();
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

  private WriteExchange exchange(boolean tooOldByTime) {
    return new WriteExchange(
        client, URI.create("http://prometheus/api/v1/write"), tooOldByTime, 100, clock::get);
  }

  private WriteOutcome send(int from, int to) {
    return exchange.send(Samples.encoded(from, to)).join();
  }
}
