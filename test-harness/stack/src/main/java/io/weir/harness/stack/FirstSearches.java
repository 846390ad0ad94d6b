package io.weir.harness.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.GatewayClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks the gateway until it has something to show. */
final class FirstSearches {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
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
    while (true) {
      JsonNode answer = gateway.get(query.path());
      if (!answer.path("logs").isEmpty()) {
        return new Answer(answer.path("total_matched").asLong(), answer.path("took_ms").asLong());
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "no hits for "
                + query.path()
                + " after "
                + TIMEOUT.toSeconds()
                + " s; is the logs job running (bin/status)? see flink-taskmanager.log");
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
