package io.weir.harness.e2e.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A shop that logs and measures once a second, through the gateway, and remembers what was taken.
 * Its values are functions of the second, so that what Prometheus must hold needs no job.
 */
final class ShopTraffic implements AutoCloseable {
  static final String SERVICE = "isolation-shop";
  static final String PRESSURE = "isolation_pressure";
  static final String COUNTER = "isolation_known_total";
  static final String DELTA = "isolation_known_delta";
  private static final long WINDOW_MILLIS = 15_000;
  private static final int SERIES = 4;
  private static final int LINES = 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
  private final List<Long> measuredMillis = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicLong acceptedLines = new AtomicLong();
  private volatile double pressure;
  private volatile boolean trouble;
  private volatile boolean logging = true;

  ShopTraffic(URI gateway) {
    this.gateway = gateway;
  }

  ShopTraffic start() {
    clock.scheduleAtFixedRate(() -> attempt(this::measure), 0, 1, TimeUnit.SECONDS);
    clock.scheduleAtFixedRate(() -> attempt(this::log), 0, 1, TimeUnit.SECONDS);
    return this;
  }

  /** Sets the gauge {@link #PRESSURE} from the next second on. */
  void pressure(double value) {
    pressure = value;
  }

  /** Whether half of the lines say that cards are declined. */
  void trouble(boolean value) {
    trouble = value;
  }

  /** Logs no more; returns how many lines were taken. */
  long stopLogging() {
    logging = false;
    // The line that is under way is one of them.
    synchronized (acceptedLines) {
      return acceptedLines.get();
    }
  }

  /** What was not answered with 202, and why. */
  List<String> failures() {
    return failures;
  }

  /** Posts lines of a service at once; fails unless all are taken. */
  void logNow(String service, int lines) throws Exception {
    ArrayNode events = JSON.createArrayNode();
    for (int i = 0; i < lines; i++) {
      event(events, service, "INFO", "order " + i + " placed");
    }
    post("ingest/logs", "events", events);
  }

  /**
   * Returns what Prometheus must hold: value by the end of each window, by metric and series, for
   * the windows up to a time.
   */
  Map<String, TreeMap<Long, Double>> expected(long untilMillis) {
    Map<String, TreeMap<Long, Double>> expected = new TreeMap<>();
    List<Long> seconds = List.copyOf(measuredMillis);
    for (int second = 0; second < seconds.size(); second++) {
      long end = (seconds.get(second) / WINDOW_MILLIS + 1) * WINDOW_MILLIS;
      if (end <= untilMillis) {
        for (int series = 0; series < SERIES; series++) {
          // The last second of a window wins.
          put(expected, COUNTER, series, end, counter(series, second));
          put(expected, DELTA, series, end, (second + 1) * delta(series));
        }
      }
    }
    return expected;
  }

  private static void put(
      Map<String, TreeMap<Long, Double>> to, String metric, int series, long end, double value) {
    to.computeIfAbsent(metric + " " + series, key -> new TreeMap<>()).put(end, value);
  }

  private static double counter(int series, int second) {
    return (series + 1) * 100.0 + second * (series + 1);
  }

  private static double delta(int series) {
    return series + 1;
  }

  private void measure() throws Exception {
    int second = measuredMillis.size();
    long now = System.currentTimeMillis();
    ArrayNode points = JSON.createArrayNode();
    points.addObject().put("metric", PRESSURE).put("value", pressure).put("timestamp", now);
    for (int series = 0; series < SERIES; series++) {
      point(points, COUNTER, "counter", counter(series, second), now, series);
      point(points, DELTA, "delta", delta(series), now, series);
    }
    post("ingest/metrics", "points", points);
    measuredMillis.add(now);
  }

  private static void point(
      ArrayNode points, String metric, String type, double value, long now, int series) {
    points
        .addObject()
        .put("metric", metric)
        .put("type", type)
        .put("value", value)
        .put("timestamp", now)
        .putObject("tags")
        .put("series", Integer.toString(series));
  }

  private void log() throws Exception {
    synchronized (acceptedLines) {
      if (!logging) {
        return;
      }
      ArrayNode events = JSON.createArrayNode();
      for (int i = 0; i < LINES; i++) {
        boolean declined = trouble && i % 2 == 0;
        event(
            events,
            SERVICE,
            declined ? "ERROR" : "INFO",
            declined ? "Card declined by the bank, order " + i : "order " + i + " placed");
      }
      post("ingest/logs", "events", events);
      acceptedLines.addAndGet(events.size());
    }
  }

  private static void event(ArrayNode events, String service, String level, String message) {
    events
        .addObject()
        .put("timestamp", System.currentTimeMillis())
        .put("service", service)
        .put("host", "till-1")
        .put("level", level)
        .put("message", message);
  }

  private void post(String path, String member, ArrayNode items) throws Exception {
    ObjectNode body = JSON.createObjectNode();
    body.set(member, items);
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    int accepted =
        answer.statusCode() == 202 ? JSON.readTree(answer.body()).path("accepted").asInt() : 0;
    if (accepted != items.size()) {
      throw new IOException(path + " answers " + answer.statusCode() + " " + answer.body());
    }
  }

  private void attempt(Attempt attempt) {
    try {
      attempt.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failures.add(e.toString());
    }
  }

  private interface Attempt {
    void run() throws Exception;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
