package io.weir.harness.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.GatewayClient;
import io.weir.harness.node.HttpStatusException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks the gateway until it has something to show. */
final class FirstSearches {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final int UNAVAILABLE = 503;
  private static final long POLL_MILLIS = 250;

  private final GatewayClient gateway;

  FirstSearches(URI gateway) {
    this.gateway = new GatewayClient(gateway);
  }

  /**
   * Waits until a search has hits.
   *
   * @throws IllegalStateException when it still has none after a while, naming what to look at
   */
  Answer awaitHits(FirstQuery query) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    String last = "no hits";
    while (true) {
      try {
        JsonNode answer = gateway.get(query.path());
        if (!answer.path("logs").isEmpty()) {
          return new Answer(answer.path("total_matched").asLong(), answer.path("took_ms").asLong());
        }
      } catch (HttpStatusException e) {
        if (e.status() != UNAVAILABLE) {
          throw e;
        }
        // The first document's index is just being created.
        last = e.getMessage();
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            query.path()
                + " still has no answer after "
                + TIMEOUT.toSeconds()
                + " s: "
                + last
                + "\n  what to do: see gateway.log, flink-taskmanager.log and elasticsearch.log");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /**
   * @param hits number of events that match
   * @param tookMillis the gateway's own time
   */
  record Answer(long hits, long tookMillis) {
    String describe() {
      return hits + (hits == 1 ? " hit in " : " hits in ") + tookMillis + " ms";
    }
  }
}
