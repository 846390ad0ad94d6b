package io.weir.harness.e2e.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.e2e.gateway.Api;
import io.weir.harness.e2e.gateway.TailStream;
import io.weir.harness.fault.HttpFaultProxy;
import io.weir.harness.fault.HttpFaults;
import io.weir.harness.fault.TcpFault;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.GatewayProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The way in fails while clients send, and the clients do what they should: they send again. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class GatewayFaultsITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String IN_FLIGHT = "weir_ingest_in_flight_bytes";

  private FaultStack stack;
  private FaultRun run;

  @BeforeEach
  void begin(SharedNodes nodes, TestInfo test) {
    stack = FaultStack.of(nodes);
    run = FaultRun.beginWithoutLoad(stack, test);
  }

  @AfterEach
  void end() {
    // Null when the pipeline did not start: that failure says why.
    if (run != null) {
      run.close();
    }
  }

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
  void aBatchThatIsSentAgainIsStoredOnce() throws Exception {
    int kills = 4;
    int batches = 300;
    try (GatewayProcess gateway =
            gateway(stack.kafka().bootstrapServers()).option("roles", "ingest").build();
        HttpFaultProxy front = new HttpFaultProxy(gateway.uri())) {
      gateway.start();
      gateway.awaitReady();
      HttpFaultProxy.Injection lost =
          front.inject(
              call -> true,
              HttpFaults.share(0.2, run.random().split()::nextDouble, HttpFaults.loseAnswer()));
      IngestClient client = new IngestClient(front.uri(), "killed");
      CompletableFuture<Map<String, String>> sent =
          CompletableFuture.supplyAsync(() -> client.send(stream("gateway", 0), batches, 100));
      for (int i = 1; i <= kills; i++) {
        long at = client.batches() + 10 + run.random().nextInt(batches / kills / 2);
        await("batch " + at)
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(5))
            .until(() -> sent.isDone() || client.batches() >= at);
        assertThat(sent).as("the client").isNotDone();
        gateway.process().kill();
        gateway.start();
        gateway.awaitReady();
        run.struck(1);
      }
      Map<String, String> levels = sent.join();
      lost.close();
      run.struck(client.repeats());
      run.recover();
      DeliveryReport report = run.verifyDelivery();

      assertThat(client.repeats()).isPositive();
      assertThat(report.deadLetters()).containsOnlyKeys(FaultRun.DUPLICATES);
      Map<String, Integer> stored = run.storedTimes();
      assertThat(stored.keySet()).isEqualTo(levels.keySet());
      assertThat(stored.values()).containsOnly(1);
    }
  }

  @Test
  @Scenario(
      id = "gateway-overload",
      broken =
          "24 clients send through a gateway whose line to Kafka is narrow, more at once than it"
              + " may hold",
      correct =
          "the gateway holds no more than it may, and answers 202, or 429 or 503 with Retry-After,"
              + " and nothing else; it sheds TRACE and DEBUG alone and says how many; every other"
              + " event of an acknowledged batch is stored, once")
  void whatKafkaDoesNotTakeIsRefused() throws Exception {
    int clients = 24;
    int maxInFlight = 4 << 20;
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try (GatewayProcess gateway =
        gateway("127.0.0.1:" + stack.kafkaLine().port())
            .heapMegabytes(160)
            .option("roles", "ingest")
            .option("ingest.max-in-flight-bytes", Integer.toString(maxInFlight))
            .option("ingest.max-body-bytes", "1MiB")
            .option("ingest.max-inflated-bytes", "1MiB")
            .build()) {
      gateway.start();
      gateway.awaitReady();
      long process = gateway.process().pid();
      Api api = new Api(gateway);
      stack.kafkaLine().set(TcpFault.bandwidth(200_000));
      List<IngestClient> senders = new ArrayList<>();
      List<CompletableFuture<Map<String, String>>> sent = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        IngestClient client = new IngestClient(gateway.uri(), "overload-" + i);
        LogStream stream = stream("overload-" + i, 600);
        senders.add(client);
        sent.add(CompletableFuture.supplyAsync(() -> client.send(stream, 6, 300), threads));
      }
      await("requests are refused and events are shed")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                assertThat(api.metric(IN_FLIGHT)).isLessThanOrEqualTo(maxInFlight);
                assertThat(sent).allMatch(one -> !one.isCompletedExceptionally());
                return senders.stream().anyMatch(client -> client.refusals() > 0)
                    && senders.stream().anyMatch(client -> client.shed().containsKey("DEBUG"));
              });
      FaultRun.hold(run.between(5, 15));
      assertThat(api.metric(IN_FLIGHT)).isLessThanOrEqualTo(maxInFlight);
      stack.kafkaLine().set(TcpFault.NONE);
      Map<String, String> levels = new TreeMap<>();
      sent.forEach(one -> levels.putAll(one.join()));
      run.struck(senders.stream().mapToLong(IngestClient::repeats).sum());
      run.recover();
      DeliveryReport report = run.verifyDelivery();

      assertThat(gateway.process().pid()).isEqualTo(process);
      assertThat(api.metric(IN_FLIGHT)).isZero();
      assertThat(report.deadLetters().keySet()).isSubsetOf(FaultRun.DUPLICATES);
      Map<String, Integer> stored = run.storedTimes();
      assertThat(stored.values()).containsOnly(1);
      assertThat(levels.keySet()).containsAll(stored.keySet());
      Map<String, Long> missing = new TreeMap<>();
      levels.forEach(
          (event, level) -> {
            if (!stored.containsKey(event)) {
              missing.merge(level, 1L, Long::sum);
            }
          });
      Map<String, Long> shed = new TreeMap<>();
      senders.forEach(
          client -> client.shed().forEach((level, count) -> shed.merge(level, count, Long::sum)));
      System.out.println("    shed " + shed + ", missing " + missing);
      assertThat(shed.keySet()).isSubsetOf("TRACE", "DEBUG");
      // Fewer may be missing: a batch can be published although its sender is told to come again.
      missing.forEach(
          (level, count) ->
              assertThat(count).as(level).isLessThanOrEqualTo(shed.getOrDefault(level, 0L)));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @Scenario(
      id = "gateway-slow-clients",
      broken =
          "60 clients open the live stream and read nothing of it, and 60 begin to send a body and"
              + " never end",
      correct =
          "a client beside them is never refused and a live stream beside them is complete; the"
              + " gateway takes back what the slow ones hold of it")
  void slowClientsCostOthersNothing() throws Exception {
    int slow = 60;
    int batches = 120;
    int batch = 100;
    List<Socket> sockets = new ArrayList<>();
    try (GatewayProcess gateway =
        gateway(stack.kafka().bootstrapServers())
            .heapMegabytes(192)
            .option("roles", "ingest,tail")
            .option("ingest.max-in-flight-bytes", "32MiB")
            .option("ingest.max-body-bytes", "1MiB")
            .option("ingest.max-inflated-bytes", "1MiB")
            .option("ingest.body-timeout", "20s")
            .build()) {
      gateway.start();
      gateway.awaitReady();
      long process = gateway.process().pid();
      Api api = new Api(gateway);
      for (int i = 0; i < slow; i++) {
        sockets.add(opened(gateway, "GET /logs/stream HTTP/1.0\r\nHost: x\r\n\r\n"));
        sockets.add(
            opened(
                gateway,
                "POST /ingest/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000000\r\n\r\n"
                    + "x".repeat(200_000)));
        run.struck(2);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> api.metric("weir_tail_subscribers") == slow && api.metric(IN_FLIGHT) > 0);
      IngestClient client = new IngestClient(gateway.uri(), "beside");
      try (TailStream stream = TailStream.open(gateway, "", "")) {
        stream.lastId();
        Map<String, String> levels = client.send(stream("beside", 600), batches, batch);
        assertThat(stream.awaitLogs(levels.size())).hasSize(levels.size());
        assertThat(stream.of("dropped")).isEmpty();
      }
      assertThat(client.repeats()).isZero();
      await("the bodies that never came are given up")
          .atMost(PATIENCE)
          .until(() -> api.metric(IN_FLIGHT) == 0);
      assertThat(api.metric("weir_tail_dropped_events_total")).isPositive();
      run.recover();
      run.verifyDelivery();
      assertThat(run.storedTimes()).hasSize(batches * batch);

      for (Socket socket : sockets) {
        socket.close();
      }
      await("nobody is served who is gone")
          .atMost(PATIENCE)
          .until(() -> api.metric("weir_tail_subscribers") == 0);
      assertThat(gateway.process().pid()).isEqualTo(process);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private GatewayProcess.Builder gateway(String bootstrapServers) {
    return GatewayProcess.builder(stack.directories())
        .name("gateway-faults")
        .option("kafka.bootstrap-servers", bootstrapServers)
        .option("kafka.logs-topic", run.pipeline().topic().name());
  }

  private static LogStream stream(String name, int messageLength) {
    return new LogStream(
        new LogStream.Plan(name, FaultRun.SEED, 10, 4, 0).withMessageLength(messageLength),
        EventTimes.from(Clock.systemUTC()));
  }

  /** Returns a connection that has sent something and will never read an answer. */
  private static Socket opened(GatewayProcess gateway, String request) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8 << 10);
    socket.connect(new InetSocketAddress(gateway.uri().getHost(), gateway.uri().getPort()), 10_000);
    socket.getOutputStream().write(request.getBytes(UTF_8));
    return socket;
  }
}
