package io.weir.gateway.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Ids for events that come without one in a request with an Idempotency-Key. They feed
 * deduplication: a repeated request gives the same ids. A digest rather than the key itself, so
 * that the id is short whatever the key, and is none that a producer has made up. Used by one
 * thread.
 */
final class ProducerIds {
  private static final int BYTES = 16;

  private final byte[] key;
  private final MessageDigest sha256;

  /** Makes the ids of one request. */
  ProducerIds(String idempotencyKey) {
    this.key = idempotencyKey.getBytes(StandardCharsets.UTF_8);
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns the id of the event at an index of its request. */
  String id(int index) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).flip());
    return HexFormat.of().formatHex(sha256.digest(key), 0, BYTES);
  }
}
