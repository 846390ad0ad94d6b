package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows the logs by asking again and again. Each poll begins a while before the newest event that
 * was shown, because events become searchable out of order; what was shown already is left out.
 */
final class Tail {
  private static final int MAX_REMEMBERED = 100_000;
  private static final int PAGE = 1_000;

  private final GatewayClient client;
  private final Terminal output;
  private final FilterOptions filter;
  private final Duration overlap;
  private final Consumer<String> warnings;
  private final Set<String> shown = new LinkedHashSet<>();
  private final CountDownLatch stopped = new CountDownLatch(1);

  Tail(
      GatewayClient client,
      Terminal output,
      FilterOptions filter,
      Duration overlap,
      Consumer<String> warnings) {
    this.client = Objects.requireNonNull(client, "client");
    this.output = Objects.requireNonNull(output, "output");
    this.filter = Objects.requireNonNull(filter, "filter");
    this.overlap = Objects.requireNonNull(overlap, "overlap");
    this.warnings = Objects.requireNonNull(warnings, "warnings");
  }

  /** Ends the following, from any thread; between two polls at once. */
  void stop() {
    stopped.countDown();
  }

  /**
   * Polls until it is stopped.
   *
   * @param since where to begin
   * @param polls how often, 0 for ever
   */
  void run(String since, Duration interval, int polls) throws InterruptedException {
    String from = since;
    Instant newest = null;
    for (int poll = 0; polls == 0 || poll < polls; poll++) {
      if (poll > 0 && stopped.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      try {
        for (JsonNode event : poll(from)) {
          output.log(event);
          Instant at = Instant.parse(event.path("timestamp").asText());
          newest = newest == null || at.isAfter(newest) ? at : newest;
        }
      } catch (GatewayCallException e) {
        if (poll == 0) {
          throw e; // most likely a wrong argument
        }
        warnings.accept(e.getMessage());
        continue;
      }
      if (newest != null) {
        from = newest.minus(overlap).toString();
      }
    }
  }

  /** Returns what is new, oldest first. */
  private List<JsonNode> poll(String from) throws InterruptedException {
    List<JsonNode> fresh = new ArrayList<>();
    String cursor = null;
    do {
      JsonNode answer =
          client.get(
              "logs/search",
              filter
                  .to(new GatewayClient.Query())
                  .add("from", from)
                  .add("order", "asc")
                  .add("limit", PAGE)
                  .add("cursor", cursor));
      for (JsonNode event : answer.path("logs")) {
        if (shown.add(event.path("event_id").asText())) {
          fresh.add(event);
        }
      }
      boolean partial = answer.path("partial").asBoolean();
      if (partial) {
        warnings.accept("part of the answer is missing; asking again");
      }
      cursor = partial ? null : answer.path("next_cursor").asText(null);
    } while (cursor != null);
    while (shown.size() > MAX_REMEMBERED) {
      shown.remove(shown.iterator().next());
    }
    return fresh;
  }
}
