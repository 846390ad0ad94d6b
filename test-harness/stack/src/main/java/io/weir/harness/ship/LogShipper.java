package io.weir.harness.ship;

import io.weir.harness.generate.Arguments;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows log files and sends their events to Kafka, as an agent on a host does.
 *
 * <ul>
 *   <li>Knows what log4j, logback, logfmt, syslog, Apache and JSON-lines files look like; a stack
 *       trace is one event; anything else goes line by line.
 *   <li>Follows renamed, replaced and truncated files.
 *   <li>A file's position moves only when Kafka has acknowledged what lies before it, so nothing is
 *       lost, and a shipper that is closed and started again repeats nothing. After a crash the
 *       last unacknowledged batch may come twice, with the same {@code id}.
 *   <li>While Kafka is away it waits and keeps its place; it holds one chunk of 256 KiB per file.
 *   <li>It logs when something changes, never per event, and must not be pointed at its own log.
 * </ul>
 */
public final class LogShipper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogShipper.class);
  private static final int MAX_EVENT_CHARS = 256 * 1024;

  private final Shipment shipment;
  private final EventSink sink;
  private final ShipperTiming timing;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread;

  private LogShipper(Shipment shipment, EventSink sink, ShipperTiming timing) {
    this.shipment = shipment;
    this.sink = sink;
    this.timing = timing;
    this.thread = new Thread(this::run, "log-shipper");
    this.thread.setDaemon(true);
  }

  /**
   * Starts shipping in a thread of its own. Files need not exist yet, and Kafka need not answer.
   *
   * @throws IOException if the position file cannot be read: starting over would repeat everything
   */
  public static LogShipper start(ShipperConfig config) throws IOException {
    return start(config, ShipperTiming.DEFAULT);
  }

  static LogShipper start(ShipperConfig config, ShipperTiming timing) throws IOException {
    EventSink sink = new KafkaEventSink(config.bootstrapServers(), config.topic());
    Shipment shipment =
        new Shipment(
            config.sources(),
            new PositionFile(config.positions()),
            sink,
            new EventEncoder(config.host()),
            assemblers(new LineTimes(config.zone(), Clock.systemUTC())),
            timing,
            Clock.systemUTC());
    LogShipper shipper = new LogShipper(shipment, sink, timing);
    shipper.thread.start();
    return shipper;
  }

  /** Returns makers of assemblers that know every format, most specific first. */
  static Supplier<EventAssembler> assemblers(LineTimes times) {
    List<LineFormat> formats =
        List.of(
            LibraryFormat.withLevel(times),
            new LogfmtFormat(times),
            new SyslogFormat(times),
            new AccessLogFormat(times),
            LibraryFormat.timeOnly(times));
    return () -> new EventAssembler(formats, MAX_EVENT_CHARS);
  }

  /** Returns how many events Kafka has acknowledged since the start. */
  public long shippedEvents() {
    return shipment.events();
  }

  /** Returns the bytes of these events. */
  public long shippedBytes() {
    return shipment.bytes();
  }

  /** Returns what ended the shipping before it was closed, or null while it goes on. */
  public Throwable failure() {
    return failure.get();
  }

  /** Stops within a few seconds: waits shortly for what is under way, then remembers its place. */
  @Override
  public void close() {
    stopping.countDown();
    sink.stop();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (shipment) {
      boolean found = false;
      while (!stopping.await(found ? 0 : timing.poll().toMillis(), TimeUnit.MILLISECONDS)) {
        found = shipment.round(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      failure.set(e);
      LOG.error("The log shipper ends: {}", e.toString(), e);
    }
  }

  private static final String USAGE =
      """
      Follows log files and sends their events to Kafka.

        --tail FILE         a file or pattern (last part may hold * and ?), also SERVICE=FILE; repeatable
        --kafka HOST:PORT   Kafka bootstrap servers (default 127.0.0.1:9092)
        --topic NAME        Kafka topic (default logs)
        --positions FILE    remembers how far each file was shipped (default .weir/shipper.positions)
      """;

  /** Command line; runs until it is interrupted. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ShipperConfig config;
    try {
      Arguments parsed = Arguments.parse(arguments, USAGE);
      if (parsed.helpWanted()) {
        System.out.print(USAGE);
        return;
      }
      List<LogSource> sources = new ArrayList<>();
      for (String tail : parsed.all("tail")) {
        sources.add(source(tail));
      }
      if (sources.isEmpty()) {
        throw new IllegalArgumentException("--tail is missing: no file to follow");
      }
      config =
          ShipperConfig.ofThisMachine(
              parsed.text("kafka", "127.0.0.1:9092"),
              parsed.text("topic", "logs"),
              Path.of(parsed.text("positions", ".weir/shipper.positions")),
              sources);
    } catch (IllegalArgumentException e) {
      System.err.println("ship: " + e.getMessage());
      System.exit(2);
      return;
    }
    LogShipper shipper = start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(shipper::close, "close-shipper"));
    shipper.thread.join();
    if (shipper.failure() != null) {
      System.exit(1);
    }
  }

  /** Reads {@code FILE} or {@code SERVICE=FILE}. */
  public static LogSource source(String text) {
    int equals = text.indexOf('=');
    boolean named = equals > 0 && text.indexOf('/') != 0 && text.lastIndexOf('/', equals) < 0;
    return named
        ? LogSource.of(text.substring(0, equals), Path.of(text.substring(equals + 1)))
        : LogSource.of(Path.of(text));
  }
}
