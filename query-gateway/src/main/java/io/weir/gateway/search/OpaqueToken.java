package io.weir.gateway.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The outer form of a cursor: base64url of a checksum and a JSON object. The checksum tells a
 * damaged or hand-made cursor from a good one; it is no signature, and a cursor grants nothing that
 * a search does not.
 */
public final class OpaqueToken {
  private static final int CHECKSUM_BYTES = 8;
  private static final int DIGEST_CHARS = 24;
  private static final int MAX_LENGTH = 4_096;
  private static final ObjectMapper JSON = new ObjectMapper();

  private OpaqueToken() {}

  /** Returns the token of an object. */
  public static String encode(ObjectNode content) {
    try {
      byte[] json = JSON.writeValueAsBytes(content);
      byte[] token = Arrays.copyOf(checksum(json), CHECKSUM_BYTES + json.length);
      System.arraycopy(json, 0, token, CHECKSUM_BYTES, json.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }

  /**
   * Returns the object inside a token.
   *
   * @throws IllegalArgumentException if the token is not exactly what {@link #encode} returned
   */
  public static JsonNode decode(String token) {
    if (token.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("is longer than any cursor");
    }
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    // The decoder ignores bits behind the last byte; a cursor has one spelling only.
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(token)) {
      throw new IllegalArgumentException("is not in its one spelling");
    }
    if (bytes.length <= CHECKSUM_BYTES) {
      throw new IllegalArgumentException("is too short");
    }
    byte[] json = Arrays.copyOfRange(bytes, CHECKSUM_BYTES, bytes.length);
    if (!Arrays.equals(checksum(json), Arrays.copyOf(bytes, CHECKSUM_BYTES))) {
      throw new IllegalArgumentException("does not match its checksum");
    }
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException("holds no JSON", e);
    }
  }

  /** Returns a short digest of a text, by which a cursor is bound to what was asked for. */
  public static String digest(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(sha256(bytes)).substring(0, DIGEST_CHARS);
  }

  private static byte[] checksum(byte[] json) {
    return Arrays.copyOf(sha256(json), CHECKSUM_BYTES);
  }

  /** Returns the SHA-256 digest of some bytes. */
  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
