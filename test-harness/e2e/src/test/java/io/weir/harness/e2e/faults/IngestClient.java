package io.weir.harness.e2e.faults;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A well-behaved client of {@code POST /ingest/logs}: it sends a batch again under the same key
 * until it is answered 202, and goes on to the next one only then.
 */
final class IngestClient {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration GIVE_UP = Duration.ofMinutes(3);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final URI target;
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();

  IngestClient(URI gateway) {
    this.target = gateway.resolve("/ingest/logs");
  }

  /** Returns the number of batches that were acknowledged. */
  long batches() {
    return batches.get();
  }

  /** Returns how often a batch was sent again. */
  long repeats() {
    return repeats.get();
  }

  /** Sends batches and returns how many events of each source were acknowledged. */
  Map<String, Long> send(LogStream stream, int count, int batchSize) {
    Map<String, Long> sources = new TreeMap<>();
    for (int batch = 0; batch < count; batch++) {
      StringJoiner events = new StringJoiner(",", "{\"events\":[", "]}");
      for (int i = 0; i < batchSize; i++) {
        GeneratedLog log = stream.next();
        events.add(new String(log.value(), StandardCharsets.UTF_8));
        sources.merge(log.source(), 1L, Long::sum);
      }
      sendUntilTaken("batch-" + batch, events.toString());
      batches.incrementAndGet();
    }
    return sources;
  }

  private void sendUntilTaken(String key, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    long giveUp = System.nanoTime() + GIVE_UP.toNanos();
    String last = "";
    while (System.nanoTime() < giveUp) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 202) {
          return;
        }
        last = response.statusCode() + " " + response.body();
        if (response.statusCode() < 429) {
          break;
        }
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
}
