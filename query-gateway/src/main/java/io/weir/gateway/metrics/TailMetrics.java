package io.weir.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weir.gateway.tail.TailMeter;
import io.weir.gateway.tail.TailService;
import java.util.Locale;

/** The metrics of the tail role. Thread-safe. */
public final class TailMetrics implements TailMeter {
  /** Streams that are open. */
  public static final String SUBSCRIBERS = "weir_tail_subscribers";

  /** Records that the live reader is behind the end of the partitions that it reads. */
  public static final String LAG = "weir_tail_lag_records";

  /** Partitions that the live reader reads. */
  public static final String PARTITIONS = "weir_tail_assigned_partitions";

  /** Records a second that the topic gets. */
  public static final String RATE = "weir_tail_topic_records_per_second";

  /** Clients for which the past is read, by state: active or waiting. */
  public static final String CATCH_UPS = "weir_tail_catch_ups";

  /** Readings of the past that have ended, by outcome. */
  public static final String CATCH_UPS_ENDED = "weir_tail_catch_ups_ended_total";

  /** Events of the streams that wait for all clients together. */
  public static final String QUEUED = "weir_tail_queued_events";

  /** Bytes of them; what several clients share counts for each. */
  public static final String QUEUED_BYTES = "weir_tail_queued_bytes";

  /** Records parsed, each once for all live clients, and once for each reading of the past. */
  public static final String DECODED = "weir_tail_decoded_records_total";

  /** Records that are dead letters and are not shown. */
  public static final String UNDECODABLE = "weir_tail_undecodable_records_total";

  /** Log events handed to clients' connections. */
  public static final String DELIVERED = "weir_tail_delivered_events_total";

  /** Log events dropped for slow clients. */
  public static final String DROPPED = "weir_tail_dropped_events_total";

  /** Reports of records that cannot be had, by reason. */
  public static final String GAPS = "weir_tail_gaps_total";

  /** Streams that the gateway ended, by reason. */
  public static final String ENDED = "weir_tail_ended_streams_total";

  /** Streams that were refused, by reason. */
  public static final String REFUSED = "weir_tail_refused_streams_total";

  private static final String REASON = "reason";

  private final MeterRegistry registry;
  private final Counter decoded;
  private final Counter undecodable;
  private final Counter delivered;
  private final Counter dropped;

  public TailMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.decoded = registry.counter(DECODED);
    this.undecodable = registry.counter(UNDECODABLE);
    this.delivered = registry.counter(DELIVERED);
    this.dropped = registry.counter(DROPPED);
  }

  /** Shows what the service does. */
  public void watch(TailService service) {
    registry.gauge(SUBSCRIBERS, service, TailService::subscribers);
    registry.gauge(LAG, service, TailService::lag);
    registry.gauge(PARTITIONS, service, TailService::assignedPartitions);
    registry.gauge(RATE, service, TailService::rate);
    registry.gauge(CATCH_UPS, Tags.of("state", "active"), service, TailService::catchUpsActive);
    registry.gauge(CATCH_UPS, Tags.of("state", "waiting"), service, TailService::catchUpsWaiting);
    registry.gauge(QUEUED, service, TailService::queued);
    registry.gauge(QUEUED_BYTES, service, TailService::queuedBytes);
  }

  @Override
  public void decoded(long records) {
    decoded.increment(records);
  }

  @Override
  public void undecodable(long records) {
    undecodable.increment(records);
  }

  @Override
  public void delivered(long events) {
    delivered.increment(events);
  }

  @Override
  public void dropped(long events) {
    dropped.increment(events);
  }

  @Override
  public void gap(String reason) {
    registry.counter(GAPS, REASON, reason).increment();
  }

  @Override
  public void ended(String reason) {
    registry.counter(ENDED, REASON, reason).increment();
  }

  @Override
  public void refused(String reason) {
    registry.counter(REFUSED, REASON, reason).increment();
  }

  @Override
  public void caughtUp(String outcome) {
    registry.counter(CATCH_UPS_ENDED, "outcome", outcome.toLowerCase(Locale.ROOT)).increment();
  }
}
