package io.weir.gateway.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.RolePool;
import io.weir.gateway.ingest.IngestResult;
import io.weir.gateway.ingest.MemoryBudget;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** Every metric of the gateway that is not Vert.x's or the JVM's own. Thread-safe. */
public final class GatewayMetrics {
  /** Events by what became of them: accepted, rejected, shed. */
  public static final String INGEST_EVENTS = "weir_ingest_events_total";

  /** Events shed under overload, by level. */
  public static final String INGEST_SHED = "weir_ingest_shed_events_total";

  /** Events rejected, by reason. */
  public static final String INGEST_REJECTED = "weir_ingest_rejected_events_total";

  /** Bytes of request bodies as sent. */
  public static final String INGEST_BODY_BYTES = "weir_ingest_body_bytes_total";

  /** Bytes that ingest requests hold now. */
  public static final String INGEST_IN_FLIGHT = "weir_ingest_in_flight_bytes";

  /** Duration of calls of the search role, by operation and outcome. */
  public static final String SEARCH_DURATION = "weir_search_duration_seconds";

  /** Answers that some shards are missing from, by operation. */
  public static final String SEARCH_PARTIAL = "weir_search_partial_total";

  /** Searches refused because too many were running, by operation. */
  public static final String SEARCH_REFUSED = "weir_search_refused_total";

  /** Searches whose client went away before the answer, by operation. */
  public static final String SEARCH_CANCELLED = "weir_search_cancelled_total";

  /** Threads of a role that work now. */
  public static final String POOL_ACTIVE = "weir_role_active_threads";

  /** Tasks of a role that wait now. */
  public static final String POOL_QUEUED = "weir_role_queued_tasks";

  private static final String OUTCOME = "outcome";
  private static final String OPERATION = "operation";

  private final MeterRegistry registry;

  public GatewayMetrics(MeterRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  /** Counts the events of one ingest request. */
  public void ingested(IngestResult result, int bodyBytes) {
    registry.counter(INGEST_EVENTS, OUTCOME, "accepted").increment(result.accepted());
    registry.counter(INGEST_EVENTS, OUTCOME, "rejected").increment(result.rejected().size());
    registry.counter(INGEST_BODY_BYTES).increment(bodyBytes);
    result
        .rejected()
        .forEach(
            rejection ->
                registry.counter(INGEST_REJECTED, "reason", rejection.reason()).increment());
    result
        .shed()
        .forEach(
            (level, count) -> {
              registry.counter(INGEST_EVENTS, OUTCOME, "shed").increment(count);
              registry
                  .counter(INGEST_SHED, "level", level.name().toLowerCase(Locale.ROOT))
                  .increment(count);
            });
  }

  /** Shows what ingest holds. */
  public void watch(MemoryBudget budget) {
    registry.gauge(INGEST_IN_FLIGHT, budget, MemoryBudget::used);
  }

  /** Shows what a role's threads do. */
  public void watch(String role, RolePool pool) {
    registry.gauge(
        POOL_ACTIVE, io.micrometer.core.instrument.Tags.of("role", role), pool, RolePool::active);
    registry.gauge(
        POOL_QUEUED, io.micrometer.core.instrument.Tags.of("role", role), pool, RolePool::queued);
  }

  /** Notes how long a call of the search role took. */
  public void searched(String operation, boolean ok, Duration took) {
    Timer.builder(SEARCH_DURATION)
        .tag(OPERATION, operation)
        .tag(OUTCOME, ok ? "ok" : "failed")
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(5))
        .maximumExpectedValue(Duration.ofSeconds(15))
        .register(registry)
        .record(took);
  }

  /** Counts a partial answer. */
  public void partial(String operation) {
    registry.counter(SEARCH_PARTIAL, OPERATION, operation).increment();
  }

  /** Counts a refused search. */
  public void refused(String operation) {
    registry.counter(SEARCH_REFUSED, OPERATION, operation).increment();
  }

  /** Counts a search that nobody waited for any more. */
  public void cancelled(String operation) {
    registry.counter(SEARCH_CANCELLED, OPERATION, operation).increment();
  }
}
