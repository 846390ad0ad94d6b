package io.weir.harness.generate;

import io.weir.harness.measure.RunKinds;
import io.weir.sinks.pushgateway.RunReporter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends generated logs to Kafka as a well-behaved agent does: idempotent, {@code acks=all}, keyed
 * by service with murmur2. A call of {@link #send} returns when Kafka has acknowledged every
 * record, so that the counts it reports are known to be in Kafka. Poison carries its kind in the
 * header {@value #POISON_HEADER}, which nothing but tests reads.
 */
public final class Generator implements AutoCloseable {
  /** Kafka header that names the {@link Poison} kind of a record. */
  public static final String POISON_HEADER = "weir-poison";

  /** Address of a Pushgateway, where no option says so. */
  private static final String PUSHGATEWAY_VARIABLE = "WEIR_PUSHGATEWAY_URL";

  private final Producer<byte[], byte[]> producer;
  private final LongAdder acknowledged = new LongAdder();
  private volatile boolean finished;

  /** Connects to Kafka; the generator closes its producer. */
  public Generator(String bootstrapServers) {
    this(new KafkaProducer<>(producerProperties(bootstrapServers)));
  }

  Generator(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /** Returns the producer settings; public for tests that send records of their own. */
  public static Properties producerProperties(String bootstrapServers) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    // Room for the 5 MB message among the poison.
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    return properties;
  }

  /** Returns how many records Kafka has acknowledged so far, of all loads. */
  public long acknowledged() {
    return acknowledged.sum();
  }

  /** Ends a load that is being sent, from another thread. */
  public void finish() {
    finished = true;
  }

  /**
   * Sends records until the load is done and waits for their acknowledgement. An interrupt or
   * {@link #finish} ends the load early; what was sent is still waited for and reported.
   *
   * @throws IllegalStateException if Kafka did not take a record; the counts would not be known
   */
  public LoadReport send(LogStream stream, Load load) {
    Counts counts = new Counts();
    AtomicReference<Exception> failure = new AtomicReference<>();
    long deadline = load.duration().toNanos();
    Pace pace = new Pace(load.ratePerSecond());
    for (long index = 0; index < load.count() && failure.get() == null && !finished; index++) {
      pace.await(index);
      if (Thread.currentThread().isInterrupted() || pace.elapsedNanos() >= deadline) {
        break;
      }
      GeneratedLog log = stream.next();
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(load.topic(), log.key(), log.value());
      if (log.poison() != null) {
        byte[] kind = log.poison().name().getBytes(StandardCharsets.UTF_8);
        record.headers().add(new RecordHeader(POISON_HEADER, kind));
      }
      // The callback sees what the future would say.
      var unused =
          producer.send(
              record,
              (metadata, exception) -> {
                if (exception == null) {
                  acknowledged.increment();
                } else {
                  failure.compareAndSet(null, exception);
                }
              });
      counts.add(log);
    }
    boolean interrupted = Thread.interrupted();
    producer.flush();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure.get() != null) {
      throw new IllegalStateException(
          "Kafka did not take a record for topic " + load.topic(), failure.get());
    }
    return counts.report(Duration.ofNanos(pace.elapsedNanos()));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }

  /** What was sent so far. */
  private static final class Counts {
    private final Map<Poison, Long> poison = new EnumMap<>(Poison.class);
    private final Map<String, Long> sources = new HashMap<>();
    private final Map<String, Long> levels = new HashMap<>();
    private long events;
    private long bytes;
    private long repeats;

    void add(GeneratedLog log) {
      bytes += log.value() == null ? 0 : log.value().length;
      if (log.poison() != null) {
        poison.merge(log.poison(), 1L, Long::sum);
        return;
      }
      if (log.repeat()) {
        repeats++;
        return;
      }
      events++;
      sources.merge(log.source(), 1L, Long::sum);
      levels.merge(log.level(), 1L, Long::sum);
    }

    LoadReport report(Duration elapsed) {
      return new LoadReport(events, poison, sources, levels, bytes, repeats, elapsed);
    }
  }

  private static final String USAGE =
      """
      Sends generated log events to Kafka and prints the exact counts as one line of JSON.

        --rate N            records per second; 0 as fast as possible (default 1000)
        --for DURATION      how long: 500ms, 60s, 10m, 1h (default 60s, or no limit with --count)
        --count N           stop after so many records
        --services N        number of services (default 100)
        --sources N         number of agents with sequence numbers of their own (default 4)
        --poison SHARE      share of broken records, such as 0.001 (default 0)
        --seed N            same seed, same events but for their times (default 1)
        --run NAME          prefix of the source names (default: the time of the start)
        --topic NAME        Kafka topic (default logs)
        --kafka HOST:PORT   Kafka bootstrap servers (default 127.0.0.1:9092)
        --pushgateway URL   reports how it ended there (default $WEIR_PUSHGATEWAY_URL, or nowhere)
      """;

  /** Command line; see {@code bin/generate --help}. */
  public static void main(String[] arguments) {
    Arguments parsed;
    LogStream.Plan plan;
    Load load;
    RunReporter reports;
    try {
      parsed = Arguments.parse(arguments, USAGE);
      if (parsed.helpWanted()) {
        System.out.print(USAGE);
        return;
      }
      long count = parsed.number("count", Long.MAX_VALUE);
      Duration limit = count == Long.MAX_VALUE ? Duration.ofSeconds(60) : Duration.ofDays(3650);
      load =
          new Load(
              parsed.text("topic", "logs"),
              parsed.decimal("rate", 1000),
              count,
              parsed.duration("for", limit));
      double poison = parsed.decimal("poison", 0);
      if (poison < 0 || poison > 0.5) {
        throw new IllegalArgumentException("--poison " + poison + " is not between 0 and 0.5");
      }
      plan =
          new LogStream.Plan(
              parsed.text("run", "g" + Long.toString(System.currentTimeMillis(), 36)),
              parsed.number("seed", 1),
              Math.toIntExact(parsed.number("services", 100)),
              Math.toIntExact(parsed.number("sources", 4)),
              poison == 0 ? 0 : Math.round(1 / poison));
      reports =
          new RunReporter(
              Optional.ofNullable(parsed.text("pushgateway", System.getenv(PUSHGATEWAY_VARIABLE)))
                  .map(URI::create),
              Clock.systemUTC(),
              warning -> System.err.println("generate: " + warning));
    } catch (IllegalArgumentException | ArithmeticException e) {
      System.err.println("generate: " + e.getMessage());
      System.exit(2);
      return;
    }
    Thread sender = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stopAndWait(sender, done), "stop-on-interrupt"));
    int status = 0;
    RunReporter.Run run = reports.begin(RunKinds.GENERATE);
    try (Generator generator = new Generator(parsed.text("kafka", "127.0.0.1:9092"))) {
      LoadReport report =
          generator.send(new LogStream(plan, EventTimes.from(Clock.systemUTC())), load);
      System.out.println(report.toJson());
      System.out.flush();
      run.succeeded(
          Map.of(
              "events", report.events(),
              "poison", report.poisonRecords(),
              "bytes", report.bytes()));
    } catch (IllegalStateException | org.apache.kafka.common.KafkaException e) {
      System.err.println("generate: " + e.getMessage() + ": " + e.getCause());
      status = 1;
      run.failed();
    } finally {
      done.countDown();
    }
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Lets Ctrl-C still print the counts: the JVM ends when this hook has returned. */
  private static void stopAndWait(Thread sender, CountDownLatch done) {
    if (done.getCount() == 0) {
      return;
    }
    sender.interrupt();
    try {
      if (!done.await(10, TimeUnit.SECONDS)) {
        System.err.println("generate: Kafka did not acknowledge within 10 s; counts are unknown");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
