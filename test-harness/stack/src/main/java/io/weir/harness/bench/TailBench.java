package io.weir.harness.bench;

import io.weir.harness.generate.Arguments;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.NodeDirectories;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Many clients of the live stream on one gateway: how long an event takes from its producer to
 * them, what is dropped, what the gateway needs. Kafka and the gateway are all that runs.
 */
final class TailBench {
  private static final String TOPIC = "bench-tail";
  private static final int PARTITIONS = 4;
  private static final int SERVICES = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final int GATEWAY_HEAP = 512;

  private final Path home;
  private final PrintStream out;
  private final int subscribers;
  private final double rate;
  private final Duration length;
  private final boolean soak;

  TailBench(Path home, Arguments arguments, PrintStream out) {
    this.home = home;
    this.out = out;
    this.subscribers = Math.toIntExact(arguments.number("subscribers", 1_000));
    this.rate = arguments.decimal("rate", 20_000);
    this.soak = arguments.has("soak");
    this.length =
        soak
            ? arguments.duration("soak", Duration.ofMinutes(10))
            : arguments.duration("for", Duration.ofSeconds(60));
  }

  void run() throws Exception {
    HarnessLayout layout = HarnessLayout.find();
    NodeDirectories directories = NodeDirectories.under(home);
    try (KafkaBroker kafka =
            KafkaBroker.builder(directories)
                .layout(layout)
                .heapMegabytes(512)
                // A soak must not fill the disk.
                .setting("log.retention.bytes", Integer.toString(512 << 20))
                .setting("log.segment.bytes", Integer.toString(64 << 20))
                .build();
        GatewayProcess gateway =
            GatewayProcess.builder(directories)
                .layout(layout)
                .heapMegabytes(GATEWAY_HEAP)
                .option("roles", "tail")
                .option("kafka.bootstrap-servers", kafka.bootstrapServers())
                .option("kafka.logs-topic", TOPIC)
                .option("tail.max-subscribers", Integer.toString(subscribers))
                .option("tail.max-subscribers-per-address", Integer.toString(subscribers))
                .option("tail.max-unfiltered-rate", "1000000")
                .build()) {
      kafka.start();
      kafka.awaitReady();
      createTopic(kafka);
      gateway.start();
      gateway.awaitReady();
      measure(kafka, gateway);
    }
  }

  private static void createTopic(KafkaBroker kafka) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, PARTITIONS, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
          .all()
          .get(60, TimeUnit.SECONDS);
    }
  }

  /** What the clients ask for: most follow one service, some only its trouble, some search. */
  private static String query(int client) {
    String service = "?service=" + LogStream.serviceName(client * 7 % SERVICES);
    return switch (client % 20) {
      case 0 -> "?q=" + encoded("level:>=WARN timeout");
      case 1 -> service + "&q=" + encoded("-level:DEBUG duration_ms:*");
      case 2, 3, 4, 5, 6, 7 -> service + "&level=WARN,ERROR,FATAL";
      default -> service;
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void measure(KafkaBroker kafka, GatewayProcess gateway) throws Exception {
    try (StreamClients clients = new StreamClients()) {
      for (int i = 0; i < subscribers; i++) {
        clients.connect(gateway.uri(), query(i));
      }
      clients.start();
      long opening = System.nanoTime();
      while (clients.streaming() < subscribers) {
        check(clients);
        if (System.nanoTime() - opening > TimeUnit.SECONDS.toNanos(60)) {
          throw new IOException(clients.streaming() + " of " + subscribers + " streams opened");
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
      out.printf(
          Locale.ROOT,
          "clients    %,d: 60 %% one service, 30 %% its warnings and errors, 5 %% a query in it, 5"
              + " %% a query over all; open after %.1f s%n",
          subscribers,
          (System.nanoTime() - opening) / 1e9);
      CompletableFuture<LoadReport> producing = CompletableFuture.supplyAsync(() -> produce(kafka));
      TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
      clients.takeLatencies();
      watch(clients, kafka, gateway);
      LoadReport report = producing.get(60, TimeUnit.SECONDS);
      out.printf(
          Locale.ROOT,
          "produced   %,d events of %d bytes, %,.0f events/s%n",
          report.events(),
          report.bytes() / report.events(),
          report.recordsPerSecond());
      settle(clients, gateway);
    }
  }

  private LoadReport produce(KafkaBroker kafka) {
    try (Generator generator = new Generator(kafka.bootstrapServers())) {
      return generator.send(
          new LogStream(
              new LogStream.Plan("tail", 1, SERVICES, 4, 0), EventTimes.from(Clock.systemUTC())),
          new Load(TOPIC, rate, Long.MAX_VALUE, length.plus(WARM_UP)));
    }
  }

  /** Prints a line for each minute of a soak, otherwise one for the whole. */
  private void watch(StreamClients clients, KafkaBroker kafka, GatewayProcess gateway)
      throws Exception {
    Duration step = soak ? Duration.ofSeconds(Math.min(60, length.toSeconds())) : length;
    long steps = Math.max(1, length.dividedBy(step));
    for (long i = 1; i <= steps; i++) {
      long start = System.nanoTime();
      long logs = clients.logs();
      long bytes = clients.bytes();
      Duration gatewayCpu = gateway.process().cpuTime();
      Duration kafkaCpu = kafka.process().cpuTime();
      TimeUnit.NANOSECONDS.sleep(step.toNanos());
      check(clients);
      double seconds = (System.nanoTime() - start) / 1e9;
      LatencyHistogram latencies = clients.takeLatencies();
      out.printf(Locale.ROOT, "latency    %s%n", latencies.describe());
      out.printf(
          Locale.ROOT,
          "           %,.0f deliveries/s, %.1f MB/s; dropped so far %,d in %,d reports; CPU gateway"
              + " %.2f, Kafka %.2f cores; gateway's lag %,.0f records, resident %,d MB%s%n",
          (clients.logs() - logs) / seconds,
          (clients.bytes() - bytes) / seconds / 1e6,
          clients.dropped(),
          clients.dropReports(),
          gateway.process().cpuTime().minus(gatewayCpu).toNanos() / 1e9 / seconds,
          kafka.process().cpuTime().minus(kafkaCpu).toNanos() / 1e9 / seconds,
          metric(gateway, "weir_tail_lag_records"),
          gateway.process().residentBytes() >> 20,
          soak ? ", heap after GC " + heapAfterGc(gateway) + " MB" : "");
      out.flush();
    }
  }

  /** Whatever the gateway handed over has to arrive, and everything is given back at the end. */
  private void settle(StreamClients clients, GatewayProcess gateway) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    double delivered = metric(gateway, "weir_tail_delivered_events_total");
    while ((clients.logs() < delivered || metric(gateway, "weir_tail_queued_events") > 0)
        && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(100);
      delivered = metric(gateway, "weir_tail_delivered_events_total");
    }
    out.printf(
        Locale.ROOT,
        "counts     %,.0f handed over, %,d received; %,.0f dropped, %,d announced; %,.0f records"
            + " decoded%n",
        delivered,
        clients.logs(),
        metric(gateway, "weir_tail_dropped_events_total"),
        clients.dropped(),
        metric(gateway, "weir_tail_decoded_records_total"));
  }

  private static void check(StreamClients clients) throws IOException {
    if (!clients.failure().isEmpty()) {
      throw new IOException("a client failed: " + clients.failure());
    }
  }

  private static double metric(GatewayProcess gateway, String name) throws Exception {
    return sum(gateway, name + " ");
  }

  /** Collects the gateway's garbage first. */
  private static long heapAfterGc(GatewayProcess gateway) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(gateway.process().pid()),
                "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!jcmd.waitFor(30, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
      throw new IOException("jcmd could not collect the gateway's garbage");
    }
    return (long) sum(gateway, "jvm_memory_used_bytes{area=\"heap\"") >> 20;
  }

  private static double sum(GatewayProcess gateway, String start) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(gateway.uri().resolve("/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
