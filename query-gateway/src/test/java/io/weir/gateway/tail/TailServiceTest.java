package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.TestingClock;
import io.weir.gateway.search.LogFilter;
import io.weir.gateway.search.StoreException;
import io.weir.model.kafka.PartitionSets;
import io.weir.model.query.Query;
import io.weir.model.query.QueryParser;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TailServiceTest {
  private static final LogFilter ALL = LogFilter.ALL;

  private final TestingLogTopic log = new TestingLogTopic(4);
  private final TestingTailMeter meter = new TestingTailMeter();
  private final TestingClock clock = new TestingClock("2026-03-29T10:10:00Z");
  private final TailService service = start(5_000);

  private TailService start(int queueEvents) {
    return start(queueEvents, 2 << 20);
  }

  private TailService start(int queueEvents, int queueBytes) {
    TailService started =
        TailService.start(
            log,
            new PartitionLocator(PartitionSets.NONE, false),
            new TailLimits(
                queueEvents,
                queueBytes,
                512 << 20,
                Duration.ofMillis(200),
                Duration.ofMillis(5),
                Duration.ofHours(1),
                2,
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                1_000_000,
                256,
                Duration.ofSeconds(2)),
            meter,
            clock,
            bound -> 0);
    return started;
  }

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void givesAClientWhatComesInFromNowOnAndNothingElse() {
    log.append("payments", "INFO", "before");
    TestingClient client = open(Set.of("payments"), "", null, null);
    log.append("payments", "INFO", "hello");
    log.append("mail", "INFO", "of another service");
    log.append("payments", "ERROR", "again");
    await().until(() -> client.logs().size() == 2);
    assertThat(client.logs())
        .extracting(event -> event.data().path("message").asText())
        .containsExactly("hello", "again");
    assertThat(client.logs().get(0).data().path("event_id").asText()).hasSize(22);
    assertThat(client.logs().get(0).data().has("field_terms")).isFalse();
  }

  @Test
  void readsOnlyThePartitionsThatSomebodyWatchesAndEachRecordOnce() {
    Subscriber one = subscribe(Set.of("payments"), "", null, null);
    Subscriber other = subscribe(Set.of("payments"), "level:ERROR", null, null);
    assertThat(log.assigned()).hasSize(1);
    Subscriber all = subscribe(Set.of(), "", null, null);
    await().until(() -> log.assigned().equals(List.of(0, 1, 2, 3)));
    TestingClient client = new TestingClient(all);
    for (int i = 0; i < 100; i++) {
      log.append("payments", "ERROR", "m" + i);
    }
    await().until(() -> client.logs().size() == 100);
    assertThat(meter.count("decoded")).isEqualTo(100);
    assertThat(new TestingClient(one).logs()).hasSize(100);
    assertThat(new TestingClient(other).logs()).hasSize(100);
    service.close(all);
    await().until(() -> log.assigned().size() == 1);
    service.close(one);
    service.close(other);
    await().until(() -> log.assigned().isEmpty());
    assertThat(service.subscribers()).isZero();
    assertThat(service.queuedBytes()).isZero();
  }

  @Test
  void deadLettersAreCountedAndNotShown() {
    TestingClient client = open(Set.of(), "", null, null);
    log.append(0, "not json");
    log.append(0, null);
    log.append(0, "{\"service\":\"a\",\"message\":\"m\"}");
    await().until(() -> client.logs().size() == 1);
    assertThat(meter.count("undecodable")).isEqualTo(2);
    assertThat(client.logs().get(0).offset()).isEqualTo(2);
  }

  @Test
  void beginsInThePastAndGoesOnWithThePresent() {
    for (int i = 0; i < 50; i++) {
      log.append("payments", "INFO", "old");
    }
    log.advance(Duration.ofMinutes(7));
    for (int i = 0; i < 50; i++) {
      log.append("payments", "INFO", "recent");
    }
    TestingClient client = open(Set.of("payments"), "", "5m", null);
    await().until(() -> client.logs().size() == 50);
    log.append("payments", "INFO", "live");
    await().until(() -> client.logs().size() == 51);
    assertThat(client.logs()).extracting(TestingClient.Event::offset).isSorted();
    assertThat(client.logs().get(0).data().path("message").asText()).isEqualTo("recent");
    assertThat(client.logs().get(50).data().path("message").asText()).isEqualTo("live");
  }

  /** The hand-over under fire: producers never stop, and clients are cut off all the time. */
  @Test
  void handsOverWithoutGapAndWithoutRepeatHoweverOftenAClientIsCutOff() throws Exception {
    int perThread = 15_000;
    // Room for everything: what a client of this test is slow to take must not be dropped.
    try (TailService roomy = start(2 * perThread, 32 << 20)) {
      handOver(roomy, perThread);
    }
  }

  private void handOver(TailService tail, int perThread) throws Exception {
    CompletableFuture<?>[] producers = new CompletableFuture<?>[2];
    Subscriber first = open(tail, request(filter(Set.of(), ""), null, null));
    String id = new TestingClient(first).lastId();
    assertThat(id).isNotEmpty();
    tail.close(first);
    for (int t = 0; t < producers.length; t++) {
      Random random = new Random(t);
      producers[t] =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < perThread; i++) {
                  log.append(random.nextInt(4), "{\"service\":\"a\",\"message\":\"m\"}");
                  if (i % 100 == 0) {
                    Thread.yield();
                  }
                }
              });
    }
    Random random = new Random(3);
    Map<Integer, Long> next = new HashMap<>();
    int seen = 0;
    int streams = 0;
    while (seen < producers.length * perThread) {
      Subscriber subscriber = open(tail, request(filter(Set.of(), ""), null, id));
      TestingClient client = new TestingClient(subscriber);
      int wanted = Math.min(1 + random.nextInt(3_000), producers.length * perThread - seen);
      await().until(() -> client.logs().size() >= wanted);
      // Cut off anywhere: what came after this event was lost on the way.
      List<TestingClient.Event> received = client.logs().subList(0, wanted);
      tail.close(subscriber);
      for (TestingClient.Event event : received) {
        assertThat(event.offset())
            .as("partition " + event.partition() + " in stream " + streams)
            .isEqualTo(next.getOrDefault(event.partition(), 0L));
        next.put(event.partition(), event.offset() + 1);
      }
      seen += received.size();
      id = received.get(wanted - 1).id();
      streams++;
    }
    CompletableFuture.allOf(producers).get(30, TimeUnit.SECONDS);
    assertThat(streams).isGreaterThan(5);
    // On a busy machine every client may have been cut off before it was live: the last one is not.
    open(tail, request(filter(Set.of(), ""), null, id));
    await().until(() -> meter.count("caught up JOINED") > 0);
    assertThat(meter.count("dropped")).isZero();
  }

  @Test
  void heartbeatsCarryHowFarTheClientIs() {
    Subscriber subscriber = subscribe(Set.of("payments"), "level:ERROR", null, null);
    TestingClient client = new TestingClient(subscriber);
    String before = client.lastId();
    log.append("payments", "INFO", "does not match");
    await().until(() -> !client.lastId().equals(before));
    assertThat(client.logs()).isEmpty();
    service.close(subscriber);
    log.append("payments", "ERROR", "matches");
    TestingClient resumed = open(Set.of("payments"), "level:ERROR", null, client.lastId());
    await().until(() -> resumed.logs().size() == 1);
  }

  @Test
  void aClientThatIsTooSlowIsToldHowMuchItMissed() {
    try (TailService small = start(10)) {
      Subscriber slow = open(small, request(ALL, null, null));
      Subscriber quick = open(small, request(ALL, null, null));
      TestingClient client = new TestingClient(quick);
      for (int i = 0; i < 200; i++) {
        log.append("payments", "INFO", "m" + i);
        int sent = i + 1;
        await().pollInterval(Duration.ofMillis(1)).until(() -> client.logs().size() == sent);
      }
      TestingClient late = new TestingClient(slow);
      await().until(() -> late.of("dropped").size() == 1);
      int delivered = late.logs().size();
      assertThat(late.of("dropped").get(0).data().path("count").asInt()).isEqualTo(200 - delivered);
      assertThat(client.of("dropped")).isEmpty();
      log.append("payments", "INFO", "on again");
      await().until(() -> late.logs().size() == delivered + 1);
    }
  }

  @Test
  void saysWhatHasExpired() {
    TestingClient client = open(Set.of("payments"), "", null, null);
    String id = client.lastId();
    int partition = log.append("payments", "INFO", "lost").partition();
    log.append("payments", "INFO", "kept");
    service.close();
    log.expire(partition, 1);
    try (TailService next = start(100)) {
      TestingClient resumed =
          new TestingClient(open(next, request(filter(Set.of("payments"), ""), null, id)));
      await().until(() -> resumed.logs().size() == 1);
      assertThat(resumed.of("gap").get(0).data().path("reason").asText()).isEqualTo("expired");
      assertThat(resumed.of("gap").get(0).data().path("partitions").toString())
          .isEqualTo("[{\"partition\":" + partition + ",\"from_offset\":0,\"to_offset\":1}]");
      assertThat(meter.count("gap expired")).isEqualTo(1);
    }
  }

  @Test
  void endsStreamsOfATopicThatWasCreatedAgainAndSaysSoWhenTheyComeBack() {
    log.append("payments", "INFO", "in the old one");
    TestingClient client = open(Set.of("payments"), "", null, null);
    log.recreate();
    log.append("payments", "INFO", "in the new one");
    await().until(() -> client.of("bye").size() == 1);
    assertThat(client.of("bye").get(0).data().path("reason").asText())
        .isIn("topic_changed", "position_lost");
    await()
        .untilAsserted(
            () -> {
              TestingClient again = open(Set.of("payments"), "", null, client.lastId());
              assertThat(again.of("gap")).hasSize(1);
              assertThat(again.of("gap").get(0).data().path("reason").asText())
                  .isEqualTo("topic_recreated");
              await().until(() -> again.logs().size() == 1);
            });
  }

  @Test
  void followsANewPartition() {
    TestingClient client = open(Set.of(), "", null, null);
    log.addPartition();
    log.append(4, "{\"service\":\"a\",\"message\":\"in the new partition\"}");
    await().until(() -> client.of("bye").size() == 1);
    TestingClient again = open(Set.of(), "", null, client.lastId());
    await().until(() -> again.logs().size() == 1);
    assertThat(again.of("gap")).isEmpty();
  }

  @Test
  void refusesWhatItCannotServe() {
    assertThatThrownBy(() -> service.plan(request(ALL, "2h", null)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("since: goes back further");
    assertThatThrownBy(() -> service.plan(request(ALL, null, "nonsense")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("Last-Event-ID: ");
    log.away(true);
    try (TailService without = start(10)) {
      assertThatThrownBy(() -> without.open(without.plan(request(ALL, null, null)), () -> {}))
          .isInstanceOf(StoreException.class);
    }
  }

  @Test
  void saysGoodbye() {
    TestingClient client = open(Set.of(), "", null, null);
    service.goodbye();
    await().until(() -> client.of("bye").size() == 1);
    assertThat(client.of("bye").get(0).data().path("retry_ms").asLong()).isEqualTo(2_000);
    assertThatThrownBy(() -> subscribe(Set.of(), "", null, null))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("about to stop");
  }

  /** However busy the machine is: no timing decides here. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(50));
  }

  private TestingClient open(Set<String> services, String q, String since, String id) {
    return new TestingClient(subscribe(services, q, since, id));
  }

  private Subscriber subscribe(Set<String> services, String q, String since, String id) {
    return open(service, request(filter(services, q), since, id));
  }

  private static Subscriber open(TailService of, TailRequest request) {
    return of.open(of.plan(request), () -> {});
  }

  private static TailRequest request(LogFilter filter, String since, String id) {
    return new TailRequest(filter, Optional.ofNullable(since), Optional.ofNullable(id));
  }

  private static LogFilter filter(Set<String> services, String q) {
    Query query = q.isEmpty() ? new Query.MatchAll() : QueryParser.parse(q);
    return new LogFilter(services, Set.of(), Set.of(), query);
  }
}
