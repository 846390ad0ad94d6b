package io.weir.sinks.archive;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.io.api.Binary;

/**
 * The UTF-8 bytes of strings that come again and again (services, hosts, topics). Direct-mapped and
 * of fixed size: a string that meets another in its slot replaces it. Not thread-safe.
 */
final class BinaryCache {
  private static final int SLOTS = 1 << 12;
  private static final int MAX_CHARS = 256;

  private final String[] texts = new String[SLOTS];
  private final Binary[] binaries = new Binary[SLOTS];

  Binary get(String text) {
    int hash = text.hashCode();
    int slot = (hash ^ hash >>> 15) & SLOTS - 1;
    String cached = texts[slot];
    if (cached != null && cached.equals(text)) {
      return binaries[slot];
    }
    Binary binary = encode(text);
    if (text.length() <= MAX_CHARS) {
      texts[slot] = text;
      binaries[slot] = binary;
    }
    return binary;
  }

  static Binary encode(String text) {
    return Binary.fromConstantByteArray(text.getBytes(StandardCharsets.UTF_8));
  }
}
