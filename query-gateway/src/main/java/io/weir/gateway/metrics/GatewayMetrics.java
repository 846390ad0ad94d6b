package io.weir.gateway.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.RolePool;
import io.weir.gateway.auth.KeyAuthenticator;
import io.weir.gateway.ingest.IngestResult;
import io.weir.gateway.ingest.MemoryBudget;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Every metric of the gateway that is not Vert.x's or the JVM's own. Thread-safe. */
public final class GatewayMetrics {
  /** Events by what became of them: accepted, rejected, shed. */
  public static final String INGEST_EVENTS = "weir_ingest_events_total";

  /** Events shed under overload, by level. */
  public static final String INGEST_SHED = "weir_ingest_shed_events_total";

  /** Events rejected, by reason. */
  public static final String INGEST_REJECTED = "weir_ingest_rejected_events_total";

  /**
   * Ingest requests that were answered with a status of 500 or more, by reason: the last part of
   * the problem's type. Clients send these again.
   */
  public static final String INGEST_FAILED = "weir_ingest_failed_requests_total";

  /** Reasons that are the gateway's or Kafka's, and none the client's. */
  private static final List<String> FAILURES =
      List.of("not-acknowledged", "overloaded", "internal");

  /** Metric points by what became of them (accepted, rejected, skipped) and the protocol. */
  public static final String INGEST_POINTS = "weir_ingest_points_total";

  /** Metric points rejected, by reason. */
  public static final String INGEST_REJECTED_POINTS = "weir_ingest_rejected_points_total";

  /** What agents send that is no point, by reason: stale markers, NaN, exemplars. */
  public static final String INGEST_SKIPPED_SAMPLES = "weir_ingest_skipped_samples_total";

  /** Bytes of request bodies as sent. */
  public static final String INGEST_BODY_BYTES = "weir_ingest_body_bytes_total";

  /** Bytes that ingest requests hold now. */
  public static final String INGEST_IN_FLIGHT = "weir_ingest_in_flight_bytes";

  /** Answers that some shards are missing from, by operation. */
  public static final String SEARCH_PARTIAL = "weir_search_partial_total";

  /** Answers of Prometheus that were cut off because of their size, by operation. */
  public static final String METRICS_CUT = "weir_metrics_cut_total";

  /** Threads of a role that work now. */
  public static final String POOL_ACTIVE = "weir_role_active_threads";

  /** Tasks of a role that wait now. */
  public static final String POOL_QUEUED = "weir_role_queued_tasks";

  /** Requests of callers who are not known or may not do what they asked for, by reason. */
  public static final String UNAUTHORIZED = "weir_auth_refused_total";

  /** API keys in the file, expired ones included. */
  public static final String KEYS = "weir_auth_keys";

  /** 1 while the file of keys cannot be read, so that changes of it are not seen. */
  public static final String KEYS_FILE_BAD = "weir_auth_keys_file_unreadable";

  /** Requests refused because a caller reached one of its limits, by limit. */
  public static final String LIMITED = "weir_auth_limited_total";

  /** Connections that are open. */
  public static final String CONNECTIONS = "weir_http_connections";

  /** How many connections may be open. */
  public static final String CONNECTIONS_MAX = "weir_http_connections_max";

  /** Connections closed at once because as many were open as may be. */
  public static final String CONNECTIONS_REFUSED = "weir_http_connections_refused_total";

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

  /** Counts the points of one ingest request. */
  public void ingestedPoints(String protocol, IngestResult result, int bodyBytes) {
    Tags tags = Tags.of("protocol", protocol);
    registry.counter(INGEST_POINTS, tags.and(OUTCOME, "accepted")).increment(result.accepted());
    registry
        .counter(INGEST_POINTS, tags.and(OUTCOME, "rejected"))
        .increment(result.rejected().size());
    registry.counter(INGEST_BODY_BYTES).increment(bodyBytes);
    result
        .rejected()
        .forEach(
            rejection ->
                registry.counter(INGEST_REJECTED_POINTS, "reason", rejection.reason()).increment());
    result
        .skipped()
        .forEach(
            (reason, count) -> {
              registry.counter(INGEST_POINTS, tags.and(OUTCOME, "skipped")).increment(count);
              registry.counter(INGEST_SKIPPED_SAMPLES, "reason", reason).increment(count);
            });
  }

  /** Counts an ingest request that could not be taken. */
  public void ingestFailed(String reason) {
    registry.counter(INGEST_FAILED, "reason", reason).increment();
  }

  /** Shows what ingest holds, and what alerts count: an increase needs the zero before it. */
  public void watch(MemoryBudget budget) {
    registry.gauge(INGEST_IN_FLIGHT, budget, MemoryBudget::used);
    FAILURES.forEach(reason -> registry.counter(INGEST_FAILED, "reason", reason));
  }

  /** Shows what a role's threads do. */
  public void watch(String role, RolePool pool) {
    registry.gauge(POOL_ACTIVE, Tags.of("role", role), pool, RolePool::active);
    registry.gauge(POOL_QUEUED, Tags.of("role", role), pool, RolePool::queued);
  }

  /** Shows the keys that are known, and whether their file can be read. */
  public void watch(KeyAuthenticator keys) {
    registry.gauge(KEYS, keys, KeyAuthenticator::size);
    registry.gauge(KEYS_FILE_BAD, keys, known -> known.problem().isPresent() ? 1 : 0);
  }

  /** Shows the connections that are open, and how many may be. */
  public void watchConnections(AtomicInteger open, int max) {
    registry.gauge(CONNECTIONS, open, AtomicInteger::get);
    // By a supplier, which is kept: of a number the registry would soon know nothing more.
    Gauge.builder(CONNECTIONS_MAX, () -> max).register(registry);
    registry.counter(CONNECTIONS_REFUSED);
  }

  /** Counts a connection that was closed because as many were open as may be. */
  public void connectionRefused() {
    registry.counter(CONNECTIONS_REFUSED).increment();
  }

  /** Counts a request whose caller is not known, or may not do it. */
  public void unauthorized(String reason) {
    registry.counter(UNAUTHORIZED, "reason", reason).increment();
  }

  /** Counts a request that is beyond a limit of its caller. */
  public void limited(String limit) {
    registry.counter(LIMITED, "limit", limit).increment();
  }

  /** Counts a partial answer. */
  public void partial(String operation) {
    registry.counter(SEARCH_PARTIAL, OPERATION, operation).increment();
  }

  /** Counts an answer of Prometheus that was cut off. */
  public void cut(String operation) {
    registry.counter(METRICS_CUT, OPERATION, operation).increment();
  }

  /**
   * Returns what counts the calls of one role: {@code weir_<role>_duration_seconds} by operation
   * and outcome, {@code weir_<role>_refused_total} (too many at the same time) and {@code
   * weir_<role>_cancelled_total} (nobody waited for the answer any more) by operation.
   */
  public Calls calls(String role) {
    return new Calls("weir_" + role);
  }

  /** Counts the calls of one role. Thread-safe. */
  public final class Calls {
    private final String prefix;

    private Calls(String prefix) {
      this.prefix = prefix;
    }

    /** Notes how long a call took. */
    public void answered(String operation, boolean ok, Duration took) {
      Timer.builder(prefix + "_duration_seconds")
          .tag(OPERATION, operation)
          .tag(OUTCOME, ok ? "ok" : "failed")
          .publishPercentileHistogram()
          .minimumExpectedValue(Duration.ofMillis(5))
          .maximumExpectedValue(Duration.ofSeconds(15))
          .register(registry)
          .record(took);
    }

    /** Counts a refused call. */
    public void refused(String operation) {
      registry.counter(prefix + "_refused_total", OPERATION, operation).increment();
    }

    /** Counts a call that nobody waited for any more. */
    public void cancelled(String operation) {
      registry.counter(prefix + "_cancelled_total", OPERATION, operation).increment();
    }
  }
}
