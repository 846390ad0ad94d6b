package io.weir.gateway.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClientQueueTest {
  private static final String CODE = "00001";

  private final QueueBudget budget = new QueueBudget(1 << 20);

  @Test
  void livesEventsComeInTheirOrder() {
    ClientQueue queue = new ClientQueue(10, 10_000, budget, false);
    assertThat(queue.offer(log(1))).isTrue();
    assertThat(queue.offer(log(2))).isTrue();
    assertThat(drain(queue)).containsExactly("1", "2");
    assertThat(drain(queue)).isEmpty();
  }

  @Test
  void whatDoesNotFitIsDroppedAndReportedInItsPlaceWithTheExactCount() throws Exception {
    ClientQueue queue = new ClientQueue(4, 10_000, budget, false);
    for (int i = 1; i <= 10; i++) {
      assertThat(queue.offer(log(i))).isEqualTo(i <= 4);
    }
    // Half of it has to be taken before anything is let in again.
    assertThat(texts(queue.take(1))).containsExactly("1");
    assertThat(queue.offer(log(11))).isFalse();
    assertThat(texts(queue.take(1))).containsExactly("2");
    assertThat(queue.offer(log(12))).isTrue();

    assertThat(texts(queue.take(1))).containsExactly("3");
    assertThat(texts(queue.take(1))).containsExactly("4");
    Frame report = queue.take(1).get(0);
    JsonNode json = json(report, "dropped");
    assertThat(json.path("count").asInt()).isEqualTo(7);
    assertThat(json.path("first").path("event_id").asText()).endsWith("5");
    assertThat(json.path("last").path("event_id").asText()).endsWith("b"); // 11 in base 32
    // The id is that of the last dropped event: going on from it does not bring them back.
    assertThat(new String(report.head(), UTF_8)).isEqualTo("id: at-11\n");
    assertThat(texts(queue.take(1))).containsExactly("12");
    assertThat(queue.take(1)).isEmpty();
    assertThat(budget.used()).isZero();
  }

  @Test
  void bytesAreBoundedTooButOneEventMayBeLarger() throws Exception {
    ClientQueue queue = new ClientQueue(100, 20, budget, false);
    assertThat(queue.offer(frame(1, "x".repeat(500)))).isTrue();
    assertThat(queue.offer(log(2))).isFalse();
    assertThat(queue.take(1)).hasSize(1);
    assertThat(json(queue.take(1).get(0), "dropped").path("count").asInt()).isEqualTo(1);
  }

  @Test
  void aSpentBudgetOfAllClientsDropsAndReportsEvenWhereNothingWaits() throws Exception {
    QueueBudget small = new QueueBudget(100);
    ClientQueue greedy = new ClientQueue(100, 10_000, small, false);
    assertThat(greedy.offer(frame(1, "x".repeat(85)))).isTrue();
    ClientQueue other = new ClientQueue(100, 10_000, small, false);
    assertThat(other.offer(log(2))).isFalse();
    assertThat(other.take(1)).isEmpty();
    assertThat(json(other.take(1).get(0), "dropped").path("count").asInt()).isEqualTo(1);
    greedy.close();
    assertThat(other.offer(log(3))).isTrue();
    other.close();
    assertThat(small.used()).isZero();
  }

  @Test
  void clientsThatTakeNothingLeaveRoomForOneThatDoes() {
    int capacity = 1 << 20;
    QueueBudget shared = new QueueBudget(capacity);
    String event = "x".repeat(1_000);
    List<ClientQueue> stalled = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      stalled.add(new ClientQueue(1_000, capacity, shared, false));
    }
    ClientQueue quick = new ClientQueue(1_000, capacity, shared, false);
    for (int i = 1; i <= 300; i++) {
      for (ClientQueue one : stalled) {
        one.offer(frame(i, event));
      }
      assertThat(quick.offer(frame(i, event))).as("event %s", i).isTrue();
      assertThat(drain(quick)).hasSize(1);
    }
    assertThat(shared.used()).isLessThan(capacity);
    assertThat(stalled.get(199).offer(frame(301, event))).isFalse();
  }

  @Test
  void theFutureWaitsForThePast() throws InterruptedException {
    ClientQueue queue = new ClientQueue(10, 10_000, budget, true);
    queue.put(log(1), 0);
    queue.offer(log(3));
    assertThat(drain(queue)).containsExactly("1");
    assertThat(queue.isIdle()).isFalse();
    queue.put(log(2), 0);
    queue.pastIsComplete();
    assertThat(drain(queue)).containsExactly("2", "3");
    assertThat(queue.isIdle()).isTrue();
  }

  @Test
  void theReaderOfThePastWaitsForTheClientAndGivesUpOnOneThatTakesNothing() throws Exception {
    ClientQueue queue = new ClientQueue(10, 10_000, budget, true);
    String half = "x".repeat(200 << 10);
    assertThat(queue.put(frame(1, half), 0)).isEqualTo(ClientQueue.Put.TAKEN);
    assertThat(queue.put(frame(2, half), 1_000)).isEqualTo(ClientQueue.Put.STALLED);
    CompletableFuture<ClientQueue.Put> waiting =
        CompletableFuture.supplyAsync(() -> put(queue, frame(2, half)));
    List<Frame> taken = new ArrayList<>(queue.take(1));
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(ClientQueue.Put.TAKEN);
    taken.addAll(queue.take(1));
    assertThat(taken).hasSize(2);
  }

  @Test
  void closingWakesTheReaderOfThePastAndGivesEverythingBack() throws Exception {
    ClientQueue queue = new ClientQueue(10, 10_000, budget, true);
    String half = "x".repeat(200 << 10);
    queue.put(frame(1, half), 0);
    queue.offer(log(9));
    CompletableFuture<ClientQueue.Put> waiting =
        CompletableFuture.supplyAsync(() -> put(queue, frame(2, half)));
    queue.close();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(ClientQueue.Put.CLOSED);
    assertThat(budget.used()).isZero();
    assertThat(queue.isClosed()).isTrue();
  }

  @Test
  void afterTheGoodbyeNothingComesAndNothingUnfinishedIsSent() throws InterruptedException {
    ClientQueue queue = new ClientQueue(10, 10_000, budget, true);
    queue.put(log(1), 0);
    queue.offer(log(5));
    queue.finish(Frames.bye(Bye.SHUTDOWN, Duration.ofSeconds(2)));
    queue.offer(log(6));
    assertThat(queue.isFinished()).isFalse();
    List<Frame> rest = queue.take(1_000_000);
    // Between 1 and 5 something is missing that will not be read any more.
    assertThat(rest).hasSize(2);
    assertThat(new String(rest.get(1).body(), UTF_8))
        .startsWith("retry: 2000\nevent: bye\ndata: {\"reason\":\"shutdown\"");
    assertThat(queue.isFinished()).isTrue();
  }

  private static ClientQueue.Put put(ClientQueue queue, Frame frame) {
    try {
      return queue.put(frame, TimeUnit.SECONDS.toNanos(20));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Frame log(int number) {
    return frame(number, Integer.toString(number));
  }

  private static Frame frame(int number, String text) {
    return new Frame(
        Frames.id("at-" + number),
        text.getBytes(UTF_8),
        Optional.of(new Frame.Mark(CODE, 0, number, number)));
  }

  private static List<String> drain(ClientQueue queue) {
    return texts(queue.take(1_000_000));
  }

  private static List<String> texts(List<Frame> frames) {
    return frames.stream().map(frame -> new String(frame.body(), UTF_8)).toList();
  }

  private static JsonNode json(Frame frame, String event) throws Exception {
    String body = new String(frame.body(), UTF_8);
    String start = "event: " + event + "\ndata: ";
    assertThat(body).startsWith(start).endsWith("\n\n");
    return new ObjectMapper().readTree(body.substring(start.length()));
  }
}
