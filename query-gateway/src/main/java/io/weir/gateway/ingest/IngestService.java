package io.weir.gateway.ingest;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.config.GatewayConfig;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes what a request brings: decompresses it, has it judged, and answers once Kafka has
 * acknowledged. One instance for each kind of body; all share one budget. Thread-safe.
 */
public final class IngestService {
  /** What a record takes besides its value: itself, its key, and its places in lists. */
  private static final int RECORD_OVERHEAD = 160;

  private final RecordPublisher publisher;
  private final BodyReader reader;
  private final MemoryBudget budget;
  private final GatewayConfig.Ingest limits;

  public IngestService(
      RecordPublisher publisher,
      BodyReader reader,
      MemoryBudget budget,
      GatewayConfig.Ingest limits) {
    this.publisher = Objects.requireNonNull(publisher, "publisher");
    this.reader = Objects.requireNonNull(reader, "reader");
    this.budget = Objects.requireNonNull(budget, "budget");
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /**
   * Takes a body.
   *
   * @param reservation holds the body's bytes; closed here once the last record has left
   * @param caller who sends it; what is of other services than theirs is rejected
   * @return fails with {@link InvalidRequestException}, {@link BodyTooLargeException}, {@link
   *     OverloadedException} or {@link PublishException}
   */
  public CompletableFuture<IngestResult> ingest(
      byte[] body,
      ContentEncoding encoding,
      Optional<String> idempotencyKey,
      Caller caller,
      MemoryBudget.Reservation reservation) {
    Batch batch;
    try {
      byte[] inflated = inflate(body, encoding, reservation);
      reservation.shrink(body.length);
      double pressure = budget.share();
      // Every record is a copy of its part, so both are there until the body has been read.
      reservation.grow(inflated.length);
      batch = reader.read(inflated, idempotencyKey, pressure, caller);
      long held = batch.bytes() + (long) RECORD_OVERHEAD * batch.outgoing().size();
      // Snappy and shared labels unfold once more, into records.
      reservation.grow(Math.max(0, held - 2L * inflated.length));
      // The body and what it was inflated to are garbage now; the records are what is held.
      reservation.shrink(Math.max(0, 2L * inflated.length - held));
    } catch (RuntimeException e) {
      reservation.close();
      return CompletableFuture.failedFuture(e);
    }
    if (batch.outgoing().isEmpty()) {
      reservation.close();
      return CompletableFuture.completedFuture(batch.result(Map.of()));
    }
    CompletableFuture<IngestResult> answer =
        publisher
            .publish(batch.outgoing())
            .toCompletableFuture()
            .thenApply(published -> batch.result(published.refused()))
            // The memory is free when Kafka is done with the records, not when the client is told.
            .whenComplete((result, failure) -> reservation.close());
    return answer
        .copy()
        .orTimeout(limits.ackTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(told(failure)));
  }

  private static Throwable told(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof TimeoutException
        ? new PublishException("Kafka did not acknowledge in time", 0, cause)
        : cause;
  }

  private byte[] inflate(
      byte[] body, ContentEncoding encoding, MemoryBudget.Reservation reservation) {
    try {
      return encoding.decode(body, limits.maxInflatedBytes(), reservation);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "body", "is not " + encoding.name().toLowerCase(Locale.ROOT) + ": " + e.getMessage());
    }
  }
}
