package io.weir.gateway.ingest;

import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Ids for events that come without one. They feed deduplication, nothing else: with an
 * Idempotency-Key a repeated request gives the same ids, without one each event gets a UUID of
 * version 7 (RFC 9562).
 */
public final class ProducerIds {
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final Clock clock;
  private final LongSupplier random;

  public ProducerIds(Clock clock, LongSupplier random) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.random = Objects.requireNonNull(random, "random");
  }

  /** Returns the id of the event at an index of its request. */
  public String id(Optional<String> idempotencyKey, int index) {
    return idempotencyKey.map(key -> key + ':' + index).orElseGet(() -> uuid().toString());
  }

  private UUID uuid() {
    long most = clock.millis() << 16 | VERSION_7 | (random.getAsLong() & 0xFFF);
    long least = VARIANT | (random.getAsLong() >>> 2);
    return new UUID(most, least);
  }
}
