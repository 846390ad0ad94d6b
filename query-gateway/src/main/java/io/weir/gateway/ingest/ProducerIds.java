package io.weir.gateway.ingest;

import io.weir.model.log.AssignedId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Ids for events that come without one.
 *
 * <p>With an Idempotency-Key a repeated request gives the same ids, and deduplication drops the
 * copies. Such an id is a digest of all that a repeat has in common with what it repeats: who sends
 * it, the key, the place in the request and the event as it was sent. The key alone would not do:
 * two clients of one service may number their batches alike, and one of them would lose its events.
 *
 * <p>Without a key each event gets an {@link AssignedId} around a UUID of version 7 (RFC 9562),
 * which deduplication passes by.
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

  /** Returns an id that no other event has. */
  public String unique() {
    return AssignedId.of(uuid().toString());
  }

  /**
   * Returns the id that an event has whenever it is sent again: 32 hexadecimal digits.
   *
   * @param callerId who sends it, see {@link io.weir.gateway.auth.Caller#id()}
   * @param key of the request
   * @param index 0-based, in the request
   * @param event as it was sent, without anything that was added on the way
   */
  public static String repeatable(String callerId, String key, int index, byte[] event) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    sha256.update(number(index));
    add(sha256, callerId);
    add(sha256, key);
    return HexFormat.of().formatHex(sha256.digest(event), 0, DIGEST_BYTES);
  }

  /** Its length goes first: no two texts are the same as two others that are cut elsewhere. */
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(number(bytes.length));
    digest.update(bytes);
  }

  private static ByteBuffer number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).flip();
  }

  private UUID uuid() {
    long most = clock.millis() << 16 | VERSION_7 | (random.getAsLong() & 0xFFF);
    long least = VARIANT | (random.getAsLong() >>> 2);
    return new UUID(most, least);
  }
}
