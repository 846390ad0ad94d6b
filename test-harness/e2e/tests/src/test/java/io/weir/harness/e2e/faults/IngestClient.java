package io.weir.harness.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.generate.GeneratedLog;
import io.weir.harness.generate.LogStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A well-behaved client of {@code POST /ingest/logs}: it sends a batch again under the same key
 * until it is answered 202, and goes on to the next one only then. Its counts may be read while it
 * sends.
 */
final class IngestClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration GIVE_UP = Duration.ofMinutes(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final URI target;
  private final String name;
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private final Map<String, Long> shed = new ConcurrentHashMap<>();

  /**
   * @param name begins the keys of its batches
   */
  IngestClient(URI gateway, String name) {
    this.target = gateway.resolve("/ingest/logs");
    this.name = name;
  }

  /** Returns the number of batches that were acknowledged. */
  long batches() {
    return batches.get();
  }

  /** Returns how often a batch was sent again. */
  long repeats() {
    return repeats.get();
  }

  /** Returns how often it was told to come again later. */
  long refusals() {
    return refusals.get();
  }

  /** Returns how many events of each level were not taken, as the answers said. */
  Map<String, Long> shed() {
    return shed;
  }

  /** Sends batches and returns the level of each event in them, by {@link FaultRun#name}. */
  Map<String, String> send(LogStream stream, int count, int batchSize) {
    Map<String, String> levels = new TreeMap<>();
    for (int batch = 0; batch < count; batch++) {
      StringJoiner events = new StringJoiner(",", "{\"events\":[", "]}");
      for (int i = 0; i < batchSize; i++) {
        GeneratedLog log = stream.next();
        events.add(new String(log.value(), StandardCharsets.UTF_8));
        levels.put(FaultRun.name(log.source(), Long.toString(log.sequence())), log.level());
      }
      sendUntilTaken(name + "-" + batch, events.toString());
      batches.incrementAndGet();
    }
    return levels;
  }

  private void sendUntilTaken(String key, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    long giveUp = System.nanoTime() + GIVE_UP.toNanos();
    String last = "";
    while (System.nanoTime() < giveUp) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        last = response.statusCode() + " " + response.body();
        if (response.statusCode() == 202) {
          noteShed(response.body());
          return;
        }
        if (!isRefusal(response)) {
          break;
        }
        refusals.incrementAndGet();
      } catch (IOException e) {
        last = e.toString();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      repeats.incrementAndGet();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new IllegalStateException("batch " + key + " was never taken: " + last);
  }

  /** Too much, or not now; either says when to come again. */
  private static boolean isRefusal(HttpResponse<String> response) {
    return (response.statusCode() == 429 || response.statusCode() == 503)
        && response.headers().firstValue("Retry-After").isPresent();
  }

  private void noteShed(String answer) throws IOException {
    for (Map.Entry<String, JsonNode> level : JSON.readTree(answer).path("shed").properties()) {
      shed.merge(level.getKey(), level.getValue().asLong(), Long::sum);
    }
  }
}
