package io.weir.harness.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The counters that a HotSpot JVM keeps in a file of shared memory, as jstat reads them: heap,
 * garbage collection, threads, classes. Reading them costs the measured process nothing and opens
 * no port.
 *
 * @see <a
 *     href="https://github.com/openjdk/jdk17u/blob/master/src/hotspot/share/runtime/perfMemory.hpp">
 *     PerfDataPrologue and PerfDataEntry</a>
 */
final class PerfData {
  private static final int MAGIC = 0xcafec0c0;
  private static final int BYTE_ORDER = 4;
  private static final int LITTLE_ENDIAN = 1;
  private static final int ACCESSIBLE = 7;
  private static final int ENTRY_OFFSET = 24;
  private static final int NUMBER_OF_ENTRIES = 28;
  private static final int PROLOGUE = 32;
  private static final int ENTRY_HEADER = 20;

  private final Map<String, Long> numbers;
  private final Map<String, String> texts;

  private PerfData(Map<String, Long> numbers, Map<String, String> texts) {
    this.numbers = numbers;
    this.texts = texts;
  }

  /** Reads the counters of a process of this user; empty if it has none (any more, or yet). */
  static Optional<PerfData> read(long pid) {
    // Always there, whatever java.io.tmpdir says, so that tools find it.
    Path file = Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), Long.toString(pid));
    try {
      return parse(Files.readAllBytes(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the counters; empty while the JVM has not finished laying them out, or for another
   * file.
   */
  static Optional<PerfData> parse(byte[] bytes) {
    if (bytes.length < PROLOGUE) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.getInt(0) != MAGIC || bytes[ACCESSIBLE] == 0) {
      return Optional.empty();
    }
    buffer.order(
        bytes[BYTE_ORDER] == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    Map<String, Long> numbers = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    int entries = buffer.getInt(NUMBER_OF_ENTRIES);
    int at = buffer.getInt(ENTRY_OFFSET);
    for (int i = 0; i < entries && at >= PROLOGUE && at + ENTRY_HEADER <= bytes.length; i++) {
      int length = buffer.getInt(at);
      if (length < ENTRY_HEADER || length > bytes.length - at) {
        return Optional.empty();
      }
      String name = text(bytes, at + buffer.getInt(at + 4), at + length);
      int vectorLength = buffer.getInt(at + 8);
      char type = (char) bytes[at + 12];
      int data = at + buffer.getInt(at + 16);
      if (type == 'J' && vectorLength == 0 && data + Long.BYTES <= at + length) {
        numbers.put(name, buffer.getLong(data));
      } else if (type == 'B' && data <= at + length) {
        texts.put(name, text(bytes, data, at + length));
      }
      at += length;
    }
    return Optional.of(new PerfData(numbers, texts));
  }

  /** Returns a counter that is a number. */
  OptionalLong number(String name) {
    Long value = numbers.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Returns a counter that is a text. */
  Optional<String> text(String name) {
    return Optional.ofNullable(texts.get(name));
  }

  /** Texts end with a zero byte. */
  private static String text(byte[] bytes, int from, int limit) {
    int end = Math.max(0, Math.min(from, limit));
    while (end < limit && bytes[end] != 0) {
      end++;
    }
    return end <= from ? "" : new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }
}
