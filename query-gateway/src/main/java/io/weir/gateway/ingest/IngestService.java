package io.weir.gateway.ingest;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.config.GatewayConfig;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Takes a request's events: judges each as the logs job will judge it, sheds TRACE and DEBUG under
 * overload, gives ids, and answers once Kafka has acknowledged. Thread-safe.
 */
public final class IngestService {
  /** Where an event stands while it is judged: it has no place in Kafka yet. */
  private static final String NO_TOPIC_CODE = "00000";

  private final LogPublisher publisher;
  private final Supplier<LogParser> parsers;
  private final ProducerIds ids;
  private final MemoryBudget budget;
  private final GatewayConfig.Ingest limits;
  private final Clock clock;

  /**
   * @param parsers gives a parser for one request; parsers are not thread-safe
   */
  public IngestService(
      LogPublisher publisher,
      Supplier<LogParser> parsers,
      ProducerIds ids,
      MemoryBudget budget,
      GatewayConfig.Ingest limits,
      Clock clock) {
    this.publisher = Objects.requireNonNull(publisher, "publisher");
    this.parsers = Objects.requireNonNull(parsers, "parsers");
    this.ids = Objects.requireNonNull(ids, "ids");
    this.budget = Objects.requireNonNull(budget, "budget");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Takes the events of a body.
   *
   * @param reservation holds the body's bytes; closed here once the last event has left
   * @return fails with {@link InvalidRequestException}, {@link BodyTooLargeException}, {@link
   *     OverloadedException} or {@link PublishException}
   */
  public CompletableFuture<IngestResult> ingest(
      byte[] body,
      ContentEncoding encoding,
      Optional<String> idempotencyKey,
      MemoryBudget.Reservation reservation) {
    Batch batch;
    try {
      batch = read(body, encoding, idempotencyKey, reservation);
      // The body and what it was inflated to are garbage now; the events are what is held.
    } catch (RuntimeException e) {
      reservation.close();
      return CompletableFuture.failedFuture(e);
    }
    if (batch.outgoing.isEmpty()) {
      reservation.close();
      return CompletableFuture.completedFuture(batch.result(Map.of()));
    }
    CompletableFuture<IngestResult> answer =
        publisher
            .publish(batch.outgoing)
            .toCompletableFuture()
            .thenApply(published -> batch.result(published.refused()))
            // The memory is free when Kafka is done with the events, not when the client is told.
            .whenComplete((result, failure) -> reservation.close());
    return answer
        .copy()
        .orTimeout(limits.ackTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(told(failure)));
  }

  private static Throwable told(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof TimeoutException
        ? new PublishException("Kafka did not acknowledge the events in time", 0, cause)
        : cause;
  }

  private Batch read(
      byte[] body,
      ContentEncoding encoding,
      Optional<String> idempotencyKey,
      MemoryBudget.Reservation reservation) {
    byte[] json = inflate(body, encoding, reservation);
    reservation.shrink(body.length);
    List<EventSplitter.Slice> slices = EventSplitter.split(json, limits.maxEvents());
    double pressure = budget.share();
    boolean shedTrace = pressure >= limits.shedTraceAt();
    boolean shedDebug = pressure >= limits.shedDebugAt();
    LogParser parser = parsers.get();
    RecordOrigin origin = new RecordOrigin("", NO_TOPIC_CODE, 0, 0, clock.millis());
    Batch batch = new Batch();
    for (int index = 0; index < slices.size(); index++) {
      EventSplitter.Slice slice = slices.get(index);
      if (!slice.object()) {
        batch.reject(index, "not_an_object", "the event is not a JSON object");
        continue;
      }
      byte[] value = java.util.Arrays.copyOfRange(json, slice.from(), slice.to());
      ParsedLog parsed = parser.parse(value, origin);
      if (parsed.event() == null) {
        DeadLetter why = parsed.deadLetter();
        batch.reject(index, why.reason(), why.detail());
        continue;
      }
      LogLevel level = parsed.event().level();
      if ((level == LogLevel.TRACE && shedTrace) || (level == LogLevel.DEBUG && shedDebug)) {
        batch.shed.merge(level, 1, Integer::sum);
        continue;
      }
      byte[] outgoing =
          parsed.event().producerId() == null
              ? withId(value, ids.id(idempotencyKey, index))
              : value;
      String key = limits.partitionSets().key(parsed.event().service(), parsed.event().host());
      batch.add(index, new OutgoingLog(key, outgoing));
    }
    return batch;
  }

  private byte[] inflate(
      byte[] body, ContentEncoding encoding, MemoryBudget.Reservation reservation) {
    try {
      return encoding.decode(body, limits.maxInflatedBytes(), reservation);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "body",
          "is not " + encoding.name().toLowerCase(java.util.Locale.ROOT) + ": " + e.getMessage());
    }
  }

  /** Puts an id in front of an object's own members. */
  private static byte[] withId(byte[] object, String id) {
    byte[] member = ("{\"id\":" + quote(id) + ",").getBytes(StandardCharsets.UTF_8);
    byte[] result = new byte[member.length + object.length - 1];
    System.arraycopy(member, 0, result, 0, member.length);
    System.arraycopy(object, 1, result, member.length, object.length - 1);
    return result;
  }

  private static String quote(String id) {
    return '"'
        + new String(
            com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(id))
        + '"';
  }

  /** The events of one request, sorted by what becomes of them. Confined to one thread. */
  private static final class Batch {
    private final List<OutgoingLog> outgoing = new ArrayList<>();
    private final List<Integer> indexes = new ArrayList<>();
    private final List<IngestResult.Rejection> rejected = new ArrayList<>();
    private final Map<LogLevel, Integer> shed = new EnumMap<>(LogLevel.class);

    void add(int index, OutgoingLog event) {
      indexes.add(index);
      outgoing.add(event);
    }

    void reject(int index, String reason, String detail) {
      rejected.add(new IngestResult.Rejection(index, reason, detail));
    }

    /** Returns the result, with those added that Kafka refused, in the request's order. */
    IngestResult result(Map<Integer, String> refused) {
      List<IngestResult.Rejection> all = new ArrayList<>(rejected);
      refused.forEach(
          (position, why) ->
              all.add(new IngestResult.Rejection(indexes.get(position), "refused_by_kafka", why)));
      all.sort(Comparator.comparingInt(IngestResult.Rejection::index));
      return new IngestResult(outgoing.size() - refused.size(), all, shed);
    }
  }
}
