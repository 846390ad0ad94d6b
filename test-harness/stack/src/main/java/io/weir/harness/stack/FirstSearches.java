package io.weir.harness.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.GatewayClient;
import io.weir.harness.node.HttpStatusException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks the gateway until it has something to show. A search without an answer is told, and no more:
 * by then everything runs, and whoever reads the message can look at a stack that is still there.
 */
final class FirstSearches {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long POLL_MILLIS = 250;

  private final GatewayClient gateway;
  private final Duration patience;

  FirstSearches(URI gateway) {
    this(gateway, PATIENCE);
  }

  /**
   * @param patience how long to ask
   */
  FirstSearches(URI gateway, Duration patience) {
    this.gateway = new GatewayClient(gateway);
    this.patience = patience;
  }

  /** Returns what a search finds, or what it said last while it found nothing. */
  String awaitHits(FirstQuery query) {
    long deadline = System.nanoTime() + patience.toNanos();
    String last;
    do {
      try {
        JsonNode answer = gateway.get(query.path());
        if (!answer.path("logs").isEmpty()) {
          return describe(answer.path("total_matched").asLong(), answer.path("took_ms").asLong());
        }
        last = "no hits";
      } catch (HttpStatusException e) {
        last = e.getMessage();
        if (e.status() < 500) {
          // Asking again gives the same; above, the first document's index may just be created.
          break;
        }
      } catch (RuntimeException e) {
        // The watchdog starts a gateway again that has ended.
        last = String.valueOf(e.getMessage());
      }
    } while (System.nanoTime() < deadline && pause());
    return "no hits yet ("
        + last
        + ")\n"
        + "    what to do: see gateway.log, flink-taskmanager.log and elasticsearch.log,"
        + " bin/status";
  }

  /** Returns false when nobody waits for an answer any more. */
  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String describe(long hits, long tookMillis) {
    return hits + (hits == 1 ? " hit in " : " hits in ") + tookMillis + " ms";
  }
}
