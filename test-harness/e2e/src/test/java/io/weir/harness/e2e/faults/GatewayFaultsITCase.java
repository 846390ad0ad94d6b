package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.e2e.delivery.LedgerEntry;
import io.weir.harness.fault.HttpFaultProxy;
import io.weir.harness.fault.HttpFaults;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.GatewayProcess;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The way in fails while a client sends, and the client does what it should: it sends again. */
@ExtendWith(SharedNodes.class)
@Tag(FaultStack.ALL)
class GatewayFaultsITCase {
  private static final int BATCHES = 300;
  private static final int BATCH = 100;
  private static final int KILLS = 4;

  @Test
  @Scenario(
      id = "gateway-killed",
      broken =
          "the gateway is killed four times under ingest, and one in five of its answers is lost;"
              + " the client sends a batch again under the same Idempotency-Key until it is"
              + " answered 202",
      correct =
          "every acknowledged event is stored once; its copies are dead letters with the reason"
              + " duplicate")
  void aBatchThatIsSentAgainIsStoredOnce(SharedNodes nodes, TestInfo test) throws Exception {
    FaultStack stack = FaultStack.of(nodes);
    try (FaultRun run = FaultRun.beginWithoutLoad(stack, test);
        GatewayProcess gateway =
            GatewayProcess.builder(stack.directories())
                .name("gateway-faults")
                .option("roles", "ingest")
                .option("kafka.bootstrap-servers", stack.kafka().bootstrapServers())
                .option("kafka.logs-topic", run.pipeline().topic().name())
                .build();
        HttpFaultProxy front = new HttpFaultProxy(gateway.uri())) {
      gateway.start();
      gateway.awaitReady();
      HttpFaultProxy.Injection lost =
          front.inject(
              call -> true,
              HttpFaults.share(0.2, run.random().split()::nextDouble, HttpFaults.loseAnswer()));
      IngestClient client = new IngestClient(front.uri());
      LogStream stream =
          new LogStream(
              new LogStream.Plan("gateway", FaultRun.SEED, 10, 4, 0),
              EventTimes.from(Clock.systemUTC()));
      CompletableFuture<Map<String, Long>> sent =
          CompletableFuture.supplyAsync(() -> client.send(stream, BATCHES, BATCH));
      for (int i = 1; i <= KILLS; i++) {
        long at = client.batches() + 10 + run.random().nextInt(BATCHES / KILLS / 2);
        await("batch " + at)
            .atMost(Duration.ofMinutes(3))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> sent.isDone() || client.batches() >= at);
        assertThat(sent).as("the client").isNotDone();
        gateway.process().kill();
        gateway.start();
        gateway.awaitReady();
        run.struck(1);
      }
      Map<String, Long> sources = sent.join();
      lost.close();
      run.struck(client.repeats());
      run.recover();
      DeliveryReport report = run.verifyDelivery();

      assertThat(client.repeats()).isPositive();
      assertThat(report.deadLetters()).containsOnlyKeys("all duplicate");
      assertThat(run.oracle().compareWith(acknowledged(sources))).isEmpty();
      assertThat(storedTimes(run))
          .hasSize(BATCHES * BATCH)
          .allSatisfy((event, times) -> assertThat(times).as(event).isEqualTo(1));
    }
  }

  private static LoadReport acknowledged(Map<String, Long> sources) {
    return new LoadReport(
        (long) BATCHES * BATCH, Map.of(), sources, Map.of(), 0, Duration.ofSeconds(1));
  }

  /** How often an event, whatever its places in Kafka, is in both stores. */
  private static Map<String, Integer> storedTimes(FaultRun run) {
    Map<String, Integer> times = new TreeMap<>();
    for (LedgerEntry entry : run.oracle().entries()) {
      entry
          .stored()
          .ifPresent(
              event ->
                  times.merge(
                      event.fields().path(LogStream.SOURCE_FIELD).asText()
                          + " "
                          + event.fields().path(LogStream.SEQUENCE_FIELD).asText(),
                      1,
                      Integer::sum));
    }
    return times;
  }
}
