package io.weir.harness.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.generate.Arguments;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.FlinkRest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How long searches take, through the gateway, over a month of hourly indices and while events keep
 * coming; and how long after it was produced an event is found.
 */
final class SearchBench {
  private static final String TOPIC = "bench";
  private static final int PAGE = 100;
  private static final int WALK_PAGE = 1000;
  private static final int WALK_PAGES = 20;

  /** The template's interval of refreshes. */
  private static final Duration REFRESH = Duration.ofSeconds(5);

  private static final Duration STALLED = Duration.ofMinutes(2);

  private final BenchNodes nodes;
  private final PrintStream out;
  private final long events;
  private final int hours;
  private final double ingestRate;
  private final int searchers;
  private final Duration length;
  private final int probes;
  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger partial = new AtomicInteger();

  SearchBench(BenchNodes nodes, Arguments arguments, PrintStream out) {
    this.nodes = nodes;
    this.out = out;
    this.events = arguments.number("events", 5_000_000);
    this.hours = Math.toIntExact(arguments.number("hours", 720));
    this.ingestRate = arguments.decimal("ingest-rate", 2000);
    this.searchers = Math.toIntExact(arguments.number("searchers", 4));
    this.length = arguments.duration("for", Duration.ofSeconds(60));
    this.probes = Math.toIntExact(arguments.number("probes", 50));
  }

  void run() throws Exception {
    nodes.createTopic(TOPIC, 4);
    nodes.createTopic(BenchNodes.DEAD_LETTERS, 1);
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(hours - 1L));
    FlinkRest rest = nodes.flink().rest();
    String jobId =
        nodes.submitLogsJob(
            TOPIC,
            "elasticsearch",
            2,
            // An event is searchable when the index is refreshed, not when a checkpoint completes.
            Map.of(),
            "--retention.hot",
            (hours / 24 + 2) + " d");
    LoadReport history = fill(start);
    awaitIndexed(rest, jobId, history.events());
    nodes.gateway().start();
    nodes.gateway().awaitReady();
    describe(history);
    try (Ingest ingest = new Ingest()) {
      measure("10-minute page, service and level", random -> page(start, random));
      measure("phrase over a day", random -> phrase(start, random));
      measure("cursor walk, pages of " + WALK_PAGE, random -> walk(start, random));
      freshness();
      out.printf(
          Locale.ROOT, "ingest     %,.0f events/s meanwhile%n", ingest.finish().recordsPerSecond());
    }
    out.printf("failures   %d, partial pages %d%n", failures.get(), partial.get());
    rest.cancel(jobId, Duration.ofSeconds(60));
  }

  private LoadReport fill(Instant start) {
    Duration step = Duration.ofHours(hours).dividedBy(events);
    LogStream stream =
        new LogStream(LogStream.Plan.of("history", 1), EventTimes.steps(start, step));
    try (Generator generator = new Generator(nodes.kafka().bootstrapServers())) {
      return generator.send(stream, Load.count(TOPIC, events));
    }
  }

  private void awaitIndexed(FlinkRest rest, String jobId, long count) throws InterruptedException {
    long indexed = 0;
    long progressNanos = System.nanoTime();
    while (indexed < count) {
      if (System.nanoTime() - progressNanos > STALLED.toNanos()) {
        throw new IllegalStateException(
            "no event was indexed for "
                + STALLED.toSeconds()
                + " s, "
                + indexed
                + " of "
                + count
                + " are there; see the TaskManager's log");
      }
      if (rest.restarts(jobId) > 0) {
        throw new IllegalStateException("the job failed: " + rest.lastFailure(jobId).orElse(""));
      }
      TimeUnit.SECONDS.sleep(1);
      long now = nodes.elasticsearch().get("/logs-*/_count").path("count").asLong();
      if (now > indexed) {
        progressNanos = System.nanoTime();
      }
      indexed = now;
    }
  }

  private void describe(LoadReport history) {
    JsonNode stats = nodes.elasticsearch().get("/logs-*/_stats/docs,store");
    JsonNode total = stats.path("_all").path("primaries");
    out.printf(
        Locale.ROOT,
        "input      %,d events in %d hourly indices, %,d MB in Elasticsearch; %d searchers for %d s each kind%n%n",
        history.events(),
        stats.path("indices").size(),
        total.path("store").path("size_in_bytes").asLong() >> 20,
        searchers,
        length.toSeconds());
  }

  /** A kind of search; returns the time of each request it made. */
  @FunctionalInterface
  private interface Kind {
    List<Long> search(SplittableRandom random) throws IOException, InterruptedException;
  }

  private void measure(String name, Kind kind) throws InterruptedException {
    Percentiles times = new Percentiles();
    long end = System.nanoTime() + length.toNanos();
    ExecutorService pool = Executors.newFixedThreadPool(searchers);
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int s = 0; s < searchers; s++) {
      SplittableRandom random = new SplittableRandom(s);
      running.add(
          CompletableFuture.runAsync(
              () -> {
                while (System.nanoTime() < end) {
                  try {
                    kind.search(random).forEach(times::add);
                  } catch (IOException e) {
                    failures.incrementAndGet();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                  }
                }
              },
              pool));
    }
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    pool.shutdown();
    out.printf("%-36s %s%n", name, times.describe());
  }

  private List<Long> page(Instant start, SplittableRandom random)
      throws IOException, InterruptedException {
    Instant from = start.plus(Duration.ofMinutes(random.nextInt(hours * 60 - 10)));
    return List.of(
        search(
                "service="
                    + service(random)
                    + "&level=ERROR,WARN&limit="
                    + PAGE
                    + range(from, Duration.ofMinutes(10)))
            .nanos());
  }

  private List<Long> phrase(Instant start, SplittableRandom random)
      throws IOException, InterruptedException {
    Duration day = Duration.ofHours(Math.min(24, hours));
    Instant from =
        start.plus(Duration.ofHours(random.nextInt(Math.max(1, hours - (int) day.toHours()))));
    String q = URLEncoder.encode("\"connection refused by orders-db\"", StandardCharsets.UTF_8);
    return List.of(search("q=" + q + "&limit=" + PAGE + range(from, day)).nanos());
  }

  private List<Long> walk(Instant start, SplittableRandom random)
      throws IOException, InterruptedException {
    Duration days = Duration.ofHours(Math.min(24 * 7, hours));
    Instant from =
        start.plus(Duration.ofHours(random.nextInt(Math.max(1, hours - (int) days.toHours()))));
    String query = "service=" + service(random) + "&limit=" + WALK_PAGE + range(from, days);
    List<Long> times = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < WALK_PAGES && cursor != null; page++) {
      Answer answer = search(query + cursor);
      times.add(answer.nanos());
      JsonNode next = answer.body().path("next_cursor");
      cursor =
          next.isTextual()
              ? "&cursor=" + URLEncoder.encode(next.textValue(), StandardCharsets.UTF_8)
              : null;
    }
    return times;
  }

  /** From the call that hands an event to Kafka's client until a search finds it. */
  private void freshness() throws IOException, InterruptedException {
    Percentiles times = new Percentiles();
    SplittableRandom random = new SplittableRandom(0);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(Generator.producerProperties(nodes.kafka().bootstrapServers()))) {
      for (int i = 0; i < probes; i++) {
        // Found by a refresh, and sent again at once, each would wait a whole interval for the
        // next.
        TimeUnit.MILLISECONDS.sleep(random.nextLong(REFRESH.toMillis()));
        String probe = "probe" + i + "x" + Long.toString(System.nanoTime(), 36);
        String event =
            "{\"timestamp\":\"%s\",\"service\":\"probe\",\"level\":\"INFO\",\"message\":\"m\",\"fields\":{\"request_id\":\"%s\"}}"
                .formatted(Instant.now(), probe);
        String query = "service=probe&q=request_id:" + probe + "&limit=1&from=now-5m";
        long started = System.nanoTime();
        var unused = producer.send(new ProducerRecord<>(TOPIC, utf8("probe"), utf8(event)));
        while (search(query).body().path("logs").isEmpty()
            && System.nanoTime() - started < TimeUnit.SECONDS.toNanos(60)) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        times.add(System.nanoTime() - started);
      }
    }
    out.printf("%-36s %s%n", "produced until found", times.describe());
  }

  /**
   * An answer of the gateway.
   *
   * @param nanos from the request's first byte to the answer's last
   * @param body the page
   */
  private record Answer(long nanos, JsonNode body) {}

  private Answer search(String query) throws IOException, InterruptedException {
    URI uri = nodes.gateway().uri().resolve("/logs/search?" + query);
    long started = System.nanoTime();
    var response =
        http.send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
            BodyHandlers.ofByteArray());
    long nanos = System.nanoTime() - started;
    if (response.statusCode() != 200) {
      throw new IOException(
          uri
              + " answered "
              + response.statusCode()
              + " "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    JsonNode body = mapper.readTree(response.body());
    if (body.path("partial").asBoolean()) {
      partial.incrementAndGet();
    }
    return new Answer(nanos, body);
  }

  private static String service(SplittableRandom random) {
    return LogStream.serviceName(random.nextInt(100));
  }

  private static String range(Instant from, Duration length) {
    return "&from=" + from + "&to=" + from.plus(length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Events of now, at a steady rate, until it is finished. */
  private final class Ingest implements AutoCloseable {
    private final CompletableFuture<LoadReport> report = new CompletableFuture<>();
    private final Thread thread;

    Ingest() {
      thread =
          new Thread(
              () -> {
                LogStream stream =
                    new LogStream(LogStream.Plan.of("live", 2), EventTimes.from(Clock.systemUTC()));
                try (Generator generator = new Generator(nodes.kafka().bootstrapServers())) {
                  report.complete(
                      generator.send(
                          stream,
                          new Load(TOPIC, ingestRate, Long.MAX_VALUE, Duration.ofHours(10))));
                } catch (RuntimeException e) {
                  report.completeExceptionally(e);
                }
              },
              "ingest");
      thread.start();
    }

    LoadReport finish() {
      thread.interrupt();
      return report.join();
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
