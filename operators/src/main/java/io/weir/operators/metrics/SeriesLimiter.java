package io.weir.operators.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Decides which series may pass: whoever came first stays, and others must wait until some have
 * been silent. Series are known by a 64-bit hash, so that a million of them take some 20 MB; that
 * two of one metric share a hash, and then one place, is as good as impossible. Not thread-safe.
 *
 * <p>Silence is measured in generations of event time: a series is forgotten when it was not seen
 * in the current one nor in the one before.
 */
final class SeriesLimiter {
  private static final int VERSION = 1;

  private final SeriesLimits limits;
  private final Map<String, Known> metrics = new HashMap<>();
  private long generation = Long.MIN_VALUE;
  private int total;

  SeriesLimiter(SeriesLimits limits) {
    this.limits = limits;
  }

  /** What is known of one metric: the series of this generation, and of the last one. */
  private static final class Known {
    private LongSet current = new LongSet();
    private LongSet previous = new LongSet();
    private int onlyPrevious;

    int size() {
      return current.size() + onlyPrevious;
    }
  }

  /** Returns whether the series may pass. */
  boolean admit(String metric, String series) {
    long hash = hash(series);
    Known known = metrics.get(metric);
    if (known != null) {
      if (known.current.contains(hash)) {
        return true;
      }
      if (known.previous.contains(hash)) {
        known.current.add(hash);
        known.onlyPrevious--;
        return true;
      }
      if (known.size() >= limits.perMetric()) {
        return false;
      }
    }
    if (total >= limits.perSubtask()) {
      return false;
    }
    if (known == null) {
      known = new Known();
      metrics.put(metric, known);
    }
    known.current.add(hash);
    total++;
    return true;
  }

  /** Lets time pass. */
  void advanceTo(long timestampMillis) {
    long now = Math.floorDiv(timestampMillis, limits.forgetAfter().toMillis());
    if (generation == Long.MIN_VALUE) {
      generation = now;
    }
    for (int i = 0; i < 2 && generation < now; i++) {
      forgetPreviousGeneration();
      generation++;
    }
    generation = Math.max(generation, now);
  }

  private void forgetPreviousGeneration() {
    for (Iterator<Known> each = metrics.values().iterator(); each.hasNext(); ) {
      Known known = each.next();
      total -= known.onlyPrevious;
      known.previous = known.current;
      known.current = new LongSet();
      known.onlyPrevious = known.previous.size();
      if (known.size() == 0) {
        each.remove();
      }
    }
  }

  int knownSeries() {
    return total;
  }

  /** Returns what is known, an entry for each metric. */
  List<byte[]> snapshot() throws IOException {
    List<byte[]> entries = new ArrayList<>(metrics.size());
    DataOutputSerializer out = new DataOutputSerializer(256);
    for (Map.Entry<String, Known> metric : metrics.entrySet()) {
      out.clear();
      out.writeByte(VERSION);
      out.writeUTF(metric.getKey());
      out.writeLong(generation);
      Known known = metric.getValue();
      write(known.current.toArray(), out);
      write(known.previous.toArray(), out);
      entries.add(out.getCopyOfBuffer());
    }
    return entries;
  }

  /** Adds what was known. */
  void restore(Iterable<byte[]> entries) throws IOException {
    for (byte[] entry : entries) {
      DataInputDeserializer in = new DataInputDeserializer(entry);
      int version = in.readByte();
      if (version != VERSION) {
        throw new IOException("known series of version " + version + ", this job knows 1");
      }
      String metric = in.readUTF();
      generation = Math.max(generation, in.readLong());
      Known known = metrics.computeIfAbsent(metric, name -> new Known());
      for (long hash : read(in)) {
        known.current.add(hash);
      }
      for (long hash : read(in)) {
        known.previous.add(hash);
      }
    }
    total = 0;
    for (Known known : metrics.values()) {
      known.onlyPrevious = 0;
      for (long hash : known.previous.toArray()) {
        known.onlyPrevious += known.current.contains(hash) ? 0 : 1;
      }
      total += known.size();
    }
  }

  private static void write(long[] hashes, DataOutputSerializer out) throws IOException {
    out.writeInt(hashes.length);
    for (long hash : hashes) {
      out.writeLong(hash);
    }
  }

  private static long[] read(DataInputDeserializer in) {
    try {
      long[] hashes = new long[in.readInt()];
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = in.readLong();
      }
      return hashes;
    } catch (IOException e) {
      throw new UncheckedIOException("known series are malformed", e);
    }
  }

  /** FNV-1a over the characters, mixed at the end. */
  private static long hash(String series) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < series.length(); i++) {
      hash = (hash ^ series.charAt(i)) * 0x100000001b3L;
    }
    hash ^= hash >>> 32;
    hash *= 0xd6e8feb86659fd93L;
    return hash ^ hash >>> 32;
  }
}
