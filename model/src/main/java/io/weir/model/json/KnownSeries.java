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
  /** Some 80 MB when full, of which half is the texts that the job holds anyway. */
  static final int MAX_SLOTS = 1 << 18;

  private static final int FIRST_SLOTS = 1 << 8;

  /** Places for one series, next to each other, so that few push each other out. */
  private static final int WAYS = 4;

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
    int first = slot(hash);
    for (int i = first; i < first + WAYS; i++) {
      Entry entry = slots[i];
      if (entry != null && entry.hash == hash && isWritten(entry, json, point)) {
        return entry;
      }
    }
    return null;
  }

  /** Remembers what was read of these bytes. */
  void add(byte[] json, PlainPoint point, String metric, Map<String, String> tags) {
    int metricLength = point.metricTo() - point.metricFrom();
    int tagsLength = point.tagsTo() - point.tagsFrom();
    byte[] bytes =
        Arrays.copyOfRange(
            json, point.metricFrom(), point.metricFrom() + metricLength + tagsLength);
    System.arraycopy(json, point.tagsFrom(), bytes, metricLength, tagsLength);
    put(new Entry(bytes, metricLength, hash(json, point), metric, tags));
    if (pushedOut > slots.length / 8 && slots.length < MAX_SLOTS) {
      grow();
    }
  }

  private void put(Entry entry) {
    int first = slot(entry.hash);
    for (int i = first; i < first + WAYS; i++) {
      if (slots[i] == null) {
        slots[i] = entry;
        return;
      }
    }
    slots[first + (pushedOut++ & WAYS - 1)] = entry;
  }

  private void grow() {
    Entry[] old = slots;
    slots = new Entry[old.length * 4];
    for (Entry entry : old) {
      if (entry != null) {
        put(entry);
      }
    }
    pushedOut = 0;
  }

  private int slot(long hash) {
    return (int) (hash >>> 40) & (slots.length - WAYS);
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
