package io.weir.harness.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.generate.Arguments;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.FlinkRest;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the way of an event costs, part by part and in one run, because machines differ from hour to
 * hour: Elasticsearch alone, Kafka alone, the job without stores, with the archive, with both.
 */
final class PipelineBench {
  private static final String TOPIC = "bench";
  private static final int PARTITIONS = 4;
  private static final int BULK_BYTES = 5 << 20;
  private static final int WRITER_IN_FLIGHT = 3;
  private static final String TASK_MANAGER = "flink-taskmanager";
  private static final String ELASTICSEARCH = "elasticsearch";

  /** The start of a run warms up: classes, JIT, page cache, first segments. */
  private static final double WARM_UP = 0.3;

  private final BenchNodes nodes;
  private final PrintStream out;
  private final long events;
  private final long bulkEvents;
  private final int parallelism;
  private final int services;
  private final int messageLength;
  private final Path profiles;

  PipelineBench(BenchNodes nodes, Arguments arguments, PrintStream out) {
    this.nodes = nodes;
    this.out = out;
    this.events = arguments.number("events", 2_000_000);
    this.bulkEvents = Math.min(events, arguments.number("bulk-events", 600_000));
    this.parallelism = Math.toIntExact(arguments.number("parallelism", 2));
    this.services = Math.toIntExact(arguments.number("services", 100));
    this.messageLength = Math.toIntExact(arguments.number("message-length", 0));
    this.profiles = arguments.has("profile") ? Path.of(arguments.text("profile", "")) : null;
  }

  void run() throws Exception {
    nodes.createTopic(TOPIC, PARTITIONS);
    nodes.createTopic(BenchNodes.DEAD_LETTERS, 1);
    LoadReport input = fill();
    out.printf(
        Locale.ROOT,
        "input      %,d events, %d services, %d bytes on average, %d partitions, parallelism"
            + " %d%n%n",
        input.events(),
        services,
        input.bytes() / input.events(),
        PARTITIONS,
        parallelism);
    Measurement bulk = elasticsearchAlone();
    Measurement consumer = plainConsumer();
    Measurement none = job("b2", "job without stores (consume, parse)", "none");
    Measurement archive = job("c", "job to Parquet on S3", "archive");
    Archive written = archive(input);
    Measurement whole = job("d", "job to Elasticsearch and Parquet", "elasticsearch,archive");
    long indexed = documents();
    long hotBytes = hotBytes();
    table(List.of(bulk, consumer, none, archive, whole));
    ratios(bulk, consumer, none, archive, whole, written, indexed);
    out.printf(
        Locale.ROOT,
        "hot store  %.0f bytes an event, 1/%.2f of the raw bytes, after merges%n",
        (double) hotBytes / indexed,
        (double) input.bytes() / input.events() * indexed / hotBytes);
  }

  private LoadReport fill() {
    LogStream stream =
        new LogStream(
            new LogStream.Plan("bench", 1, services, 4, 0).withMessageLength(messageLength),
            EventTimes.from(Clock.systemUTC()));
    try (Generator generator = new Generator(nodes.kafka().bootstrapServers())) {
      return generator.send(stream, Load.count(TOPIC, events));
    }
  }

  private Measurement elasticsearchAlone() throws InterruptedException {
    List<Preload.Bulk> bulks = new Preload(nodes.kafka(), TOPIC).bulks(bulkEvents, BULK_BYTES);
    int warm = (int) (bulks.size() * WARM_UP);
    BulkCeiling sender = new BulkCeiling(nodes.elasticsearch(), parallelism * WRITER_IN_FLIGHT);
    sender.send(bulks.subList(0, warm));
    List<Preload.Bulk> measured = bulks.subList(warm, bulks.size());
    CpuMeter meter = new CpuMeter(nodes.processes());
    Map<String, Duration> before = meter.read();
    long started = System.nanoTime();
    sender.send(measured);
    long nanos = System.nanoTime() - started;
    awaitMerges();
    long documents = measured.stream().mapToLong(Preload.Bulk::documents).sum();
    Measurement measurement =
        Measurement.between(
            "(a)  Elasticsearch bulk, preloaded", documents, nanos, before, meter.read());
    nodes.deleteIndices();
    return measurement;
  }

  private Measurement plainConsumer() {
    CpuMeter meter = new CpuMeter(nodes.processes());
    Preload preload = new Preload(nodes.kafka(), TOPIC);
    preload.read((long) (events * WARM_UP), record -> {});
    Map<String, Duration> before = meter.read();
    long started = System.nanoTime();
    long read = preload.read(events, record -> {});
    return Measurement.between(
        "(b1) plain Kafka consumer", read, System.nanoTime() - started, before, meter.read());
  }

  /** Runs the logs job over the whole topic; measures behind the warm-up until all is stored. */
  private Measurement job(String key, String title, String stores)
      throws IOException, InterruptedException {
    FlinkRest rest = nodes.flink().rest();
    String jobId = nodes.submitLogsJob(TOPIC, stores, parallelism, Map.of());
    JobProgress progress = new JobProgress(rest, jobId);
    CpuMeter meter = new CpuMeter(nodes.processes());
    long from = awaitProgress(rest, jobId, progress, (long) (events * WARM_UP));
    Map<String, Duration> before = meter.read();
    long started = System.nanoTime();
    Flight flight =
        profiles == null ? null : Flight.start(nodes.flink().taskManagers().get(0).pid());
    awaitProgress(rest, jobId, progress, events);
    long nanos = System.nanoTime() - started;
    if (flight != null) {
      Files.createDirectories(profiles);
      flight.stop(profiles.resolve("taskmanager-" + key + ".jfr"));
    }
    // What is still in memory belongs to the price: the last files and requests, the last merges.
    rest.drain(jobId, nodes.flink().savepointDirectory().toString(), Duration.ofMinutes(5));
    if (stores.contains(ELASTICSEARCH)) {
      awaitMerges();
    }
    return Measurement.between(
        "(" + key + ")  ".substring(0, 4 - key.length()) + title,
        events - from,
        nanos,
        before,
        meter.read());
  }

  private long awaitProgress(FlinkRest rest, String jobId, JobProgress progress, long target)
      throws InterruptedException {
    while (true) {
      long records = progress.records();
      if (records >= target) {
        return records;
      }
      String state = rest.jobState(jobId);
      if (state.equals("FAILED") || state.equals("RESTARTING") || rest.restarts(jobId) > 0) {
        throw new IllegalStateException(
            "the job failed, its cost would not be that of the work: "
                + rest.lastFailure(jobId).orElse(state));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void awaitMerges() throws InterruptedException {
    JsonNode merges;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    do {
      TimeUnit.MILLISECONDS.sleep(200);
      merges = nodes.elasticsearch().get("/_stats/merge").path("_all").path("total").path("merges");
    } while (merges.path("current").asInt() > 0 && System.nanoTime() < deadline);
  }

  private long documents() {
    nodes.elasticsearch().send("POST", "/logs-*/_refresh", "");
    return nodes.elasticsearch().get("/logs-*/_count").path("count").asLong();
  }

  private long hotBytes() {
    return nodes
        .elasticsearch()
        .get("/logs-*/_stats/store")
        .at("/_all/primaries/store/size_in_bytes")
        .asLong();
  }

  /**
   * What the archive of a phase takes.
   *
   * @param files published files
   * @param bytes of these files
   * @param rawBytes of the records they were made of
   */
  private record Archive(long files, long bytes, long rawBytes) {}

  private Archive archive(LoadReport input) {
    Path folder = nodes.objectStore().bucketFolder(BenchNodes.BUCKET).resolve("logs");
    List<Path> files = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.filter(path -> path.toString().endsWith(".parquet")).forEach(files::add);
      long bytes = 0;
      for (Path file : files) {
        bytes += Files.size(file);
      }
      return new Archive(files.size(), bytes, input.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void table(List<Measurement> measurements) {
    out.printf(
        "%-42s %10s   CPU microseconds per event%n%-42s %10s %12s %14s %7s %8s %6s%n",
        "", "", "", "events/s", "TaskManager", "Elasticsearch", "Kafka", "s3proxy", "bench");
    for (Measurement m : measurements) {
      out.printf(
          Locale.ROOT,
          "%-42s %,10.0f %12.2f %14.2f %7.2f %8.2f %6.2f%n",
          m.name(),
          m.eventsPerSecond(),
          m.microsOfAll(TASK_MANAGER),
          m.micros(ELASTICSEARCH),
          m.micros("kafka"),
          m.micros("s3proxy"),
          m.micros(CpuMeter.BENCH));
    }
  }

  private void ratios(
      Measurement bulk,
      Measurement consumer,
      Measurement none,
      Measurement archive,
      Measurement whole,
      Archive written,
      long indexed) {
    out.printf(
        Locale.ROOT,
        """

        d/a        %.2f in events/s: the whole job against Elasticsearch's ceiling
        c/b1       %.2f in events/s: the job to Parquet against consuming alone
        c/b2       %.2f in events/s, %.2f in TaskManager CPU: against a job that parses and stores nothing
        Flink side %.0f %% of Elasticsearch's CPU per document (both stores; aim: at most 30 %%)
        Parquet    1/%.1f of the raw bytes (aim: 1/7), %,d files of %,d events on average
        indexed    %,d of %,d events
        """,
        whole.eventsPerSecond() / bulk.eventsPerSecond(),
        archive.eventsPerSecond() / consumer.eventsPerSecond(),
        archive.eventsPerSecond() / none.eventsPerSecond(),
        archive.microsOfAll(TASK_MANAGER) / none.microsOfAll(TASK_MANAGER),
        100 * whole.microsOfAll(TASK_MANAGER) / whole.micros(ELASTICSEARCH),
        (double) written.rawBytes() / written.bytes(),
        written.files(),
        events / Math.max(1, written.files()),
        indexed,
        events);
  }
}
