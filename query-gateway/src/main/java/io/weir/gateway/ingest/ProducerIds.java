package io.weir.gateway.ingest;

import io.weir.model.log.AssignedId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Ids for events that come without one. With an Idempotency-Key a repeated request gives the same
 * ids, and deduplication drops the copies: a digest rather than the key itself, so that the id is
 * short whatever the key, and is none that a producer has made up. Without a key each event gets an
 * {@link AssignedId} around a UUID of version 7 (RFC 9562), which deduplication passes by.
 */
public final class ProducerIds {
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final int DIGEST_BYTES = 16;

  private final Clock clock;
  private final LongSupplier random;

  public ProducerIds(Clock clock, LongSupplier random) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.random = Objects.requireNonNull(random, "random");
  }

  /** Returns the id of the event at an index of its request. */
  public String id(Optional<String> idempotencyKey, int index) {
    return idempotencyKey
        .map(key -> digest(key, index))
        .orElseGet(() -> AssignedId.of(uuid().toString()));
  }

  private static String digest(String key, int index) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).flip());
    byte[] digest = sha256.digest(key.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
  }

  private UUID uuid() {
    long most = clock.millis() << 16 | VERSION_7 | (random.getAsLong() & 0xFFF);
    long least = VARIANT | (random.getAsLong() >>> 2);
    return new UUID(most, least);
  }
}
