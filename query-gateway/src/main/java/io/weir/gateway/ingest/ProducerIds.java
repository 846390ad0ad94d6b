package io.weir.gateway.ingest;

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
 * Ids for events that come without one. They feed deduplication, nothing else: with an
 * Idempotency-Key a repeated request gives the same ids, without one each event gets a UUID of
 * version 7 (RFC 9562).
 */
public final class ProducerIds {
  private static final int DIGEST_BYTES = 16;
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
    return idempotencyKey.map(key -> digest(key, index)).orElseGet(() -> uuid().toString());
  }

  /**
   * Rather than the key itself, so that the id is short whatever the key, and is none that a
   * producer has made up. The same in every version: a request may be repeated after an upgrade.
   */
  private static String digest(String key, int index) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).flip());
      byte[] digest = sha256.digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private UUID uuid() {
    long most = clock.millis() << 16 | VERSION_7 | (random.getAsLong() & 0xFFF);
    long least = VARIANT | (random.getAsLong() >>> 2);
    return new UUID(most, least);
  }
}
