package io.weir.model.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/**
 * Remembers metric and tags by the bytes in which they were written, because a series is written in
 * the same ones again and again: then nothing has to be read, checked, sorted or made. Begins small
 * and grows while series push each other out, up to a bound; not thread-safe.
 */
final class KnownSeries {
  /** Some 40 MB when full. */
  static final int MAX_SLOTS = 1 << 17;

  private static final int FIRST_SLOTS = 1 << 8;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long PRIME = 0x9e3779b97f4a7c15L;

  /**
   * A series as it was read.
   *
   * @param bytes text of the metric, then the object of the tags
   * @param metricLength how many bytes the metric takes
   * @param hash of the bytes
   * @param metric normalised
   * @param tags normalised and in order
   */
  record Entry(
      byte[] bytes, int metricLength, long hash, String metric, Map<String, String> tags) {}

  private Entry[] slots = new Entry[FIRST_SLOTS];
  private int pushedOut;

  /** Returns the series that was written in these bytes, or null. */
  Entry find(byte[] json, PlainPoint point) {
    long hash = hash(json, point);
    Entry entry = slots[slot(hash)];
    return entry != null && entry.hash == hash && isWritten(entry, json, point) ? entry : null;
  }

  /** Remembers what was read of these bytes. */
  void add(byte[] json, PlainPoint point, String metric, Map<String, String> tags) {
    int metricLength = point.metricTo() - point.metricFrom();
    int tagsLength = point.tagsTo() - point.tagsFrom();
    byte[] bytes =
        Arrays.copyOfRange(
            json, point.metricFrom(), point.metricFrom() + metricLength + tagsLength);
    System.arraycopy(json, point.tagsFrom(), bytes, metricLength, tagsLength);
    long hash = hash(json, point);
    int slot = slot(hash);
    if (slots[slot] != null && ++pushedOut > slots.length / 4 && slots.length < MAX_SLOTS) {
      grow();
      slot = slot(hash);
    }
    slots[slot] = new Entry(bytes, metricLength, hash, metric, tags);
  }

  private void grow() {
    Entry[] old = slots;
    slots = new Entry[old.length * 4];
    pushedOut = 0;
    for (Entry entry : old) {
      if (entry != null) {
        slots[slot(entry.hash)] = entry;
      }
    }
  }

  private int slot(long hash) {
    return (int) (hash >>> 40) & (slots.length - 1);
  }

  private static boolean isWritten(Entry entry, byte[] json, PlainPoint point) {
    int metricLength = entry.metricLength;
    return Arrays.equals(entry.bytes, 0, metricLength, json, point.metricFrom(), point.metricTo())
        && Arrays.equals(
            entry.bytes, metricLength, entry.bytes.length, json, point.tagsFrom(), point.tagsTo());
  }

  private static long hash(byte[] json, PlainPoint point) {
    long hash = hash(PRIME, json, point.metricFrom(), point.metricTo());
    hash = hash(hash, json, point.tagsFrom(), point.tagsTo());
    return (hash ^ hash >>> 29) * PRIME;
  }

  private static long hash(long seed, byte[] bytes, int from, int to) {
    long hash = seed;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      hash = Long.rotateLeft((hash ^ (long) LONGS.get(bytes, at)) * PRIME, 27);
    }
    for (; at < to; at++) {
      hash = Long.rotateLeft((hash ^ bytes[at]) * PRIME, 27);
    }
    return hash;
  }
}
