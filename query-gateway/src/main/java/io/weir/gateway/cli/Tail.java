package io.weir.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows the live stream. When it ends or breaks it comes again with the last id, so that nothing
 * is missing and nothing comes twice; what the gateway could not send is said.
 */
final class Tail {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DEFAULT_RETRY_MILLIS = 2_000;
  private static final long MAX_RETRY_MILLIS = 30_000;

  private final GatewayClient client;
  private final Terminal output;
  private final FilterOptions filter;
  private final Duration silence;
  private final Consumer<String> warnings;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile InputStream open;
  private volatile long heardAt;
  private String lastId;
  private long retryMillis = DEFAULT_RETRY_MILLIS;
  private int failures;
  private long left;

  /**
   * @param silence how long the stream may be silent before it is taken for broken
   */
  Tail(
      GatewayClient client,
      Terminal output,
      FilterOptions filter,
      Duration silence,
      Consumer<String> warnings) {
    this.client = Objects.requireNonNull(client, "client");
    this.output = Objects.requireNonNull(output, "output");
    this.filter = Objects.requireNonNull(filter, "filter");
    this.silence = Objects.requireNonNull(silence, "silence");
    this.warnings = Objects.requireNonNull(warnings, "warnings");
  }

  /** Ends the following, from any thread. */
  void stop() {
    stopped.countDown();
    closeQuietly(open);
  }

  /**
   * Follows until it is stopped.
   *
   * @param since where to begin, null for now
   * @param limit events after which it ends, 0 for never
   * @throws GatewayCallException if the first call is refused, or one is because of what it says
   */
  void run(String since, long limit) throws InterruptedException {
    left = limit > 0 ? limit : Long.MAX_VALUE;
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "weir-silence");
              thread.setDaemon(true);
              return thread;
            });
    long check = Math.max(1, silence.toMillis() / 4);
    watch.scheduleWithFixedDelay(this::breakSilence, check, check, TimeUnit.MILLISECONDS);
    try {
      for (boolean first = true; left > 0 && stopped.getCount() > 0; first = false) {
        try {
          follow(since);
        } catch (GatewayCallException e) {
          if (first || e.isFaultOfTheCall()) {
            throw e;
          }
          failures++;
          warnings.accept(e.getMessage());
        } catch (IOException e) {
          failures++;
          if (stopped.getCount() > 0) {
            warnings.accept("the stream broke off (" + e.getMessage() + "); going on from there");
          }
        }
        if (left > 0) {
          stopped.await(delay(), TimeUnit.MILLISECONDS);
        }
      }
    } finally {
      watch.shutdownNow();
    }
  }

  private long delay() {
    return Math.min(MAX_RETRY_MILLIS, retryMillis << Math.min(4, Math.max(0, failures - 1)));
  }

  private void breakSilence() {
    InputStream stream = open;
    if (stream != null && System.nanoTime() - heardAt > silence.toNanos()) {
      closeQuietly(stream);
    }
  }

  private static void closeQuietly(InputStream stream) {
    if (stream != null) {
      try {
        stream.close();
      } catch (IOException e) {
        // It is broken; that is why it is closed.
      }
    }
  }

  private void follow(String since) throws IOException, InterruptedException {
    heardAt = System.nanoTime();
    GatewayClient.Query query =
        filter.to(new GatewayClient.Query()).add("since", lastId == null ? since : null);
    try (InputStream stream = client.stream("logs/stream", query, lastId)) {
      open = stream;
      ServerEvent.Reader events =
          new ServerEvent.Reader(
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)));
      Optional<ServerEvent> event = events.next();
      while (event.isPresent() && left > 0 && stopped.getCount() > 0) {
        heardAt = System.nanoTime();
        failures = 0;
        show(event.get());
        if (!event.get().id().isEmpty()) {
          lastId = event.get().id();
        }
        if (events.retryMillis() >= 0) {
          retryMillis = events.retryMillis();
        }
        event = left > 0 ? events.next() : event;
      }
    } finally {
      open = null;
    }
  }

  private void show(ServerEvent event) {
    JsonNode data = json(event.data());
    switch (event.type()) {
      case "log" -> {
        output.log(data);
        left--;
      }
      case "dropped" ->
          warnings.accept(
              data.path("count").asLong()
                  + " events were dropped, because they were not taken fast enough; from "
                  + data.path("first").path("timestamp").asText()
                  + " to "
                  + data.path("last").path("timestamp").asText());
      case "gap" ->
          warnings.accept(
              "events are missing: "
                  + data.path("detail").asText()
                  + " "
                  + data.path("partitions"));
      case "bye" ->
          warnings.accept("the gateway ended the stream: " + data.path("detail").asText());
      default -> {} // a heartbeat
    }
  }

  private static JsonNode json(String data) {
    try {
      return JSON.readTree(data);
    } catch (JsonProcessingException e) {
      throw new GatewayCallException("the stream holds what is no JSON: " + data);
    }
  }
}
