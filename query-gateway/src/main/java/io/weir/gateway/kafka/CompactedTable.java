package io.weir.gateway.kafka;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What a compacted topic says: of each key the last record, and nothing where that is a tombstone.
 * The rule needs no record before the last one of a key, so that compaction changes nothing.
 * Written by one thread, read by many.
 */
final class CompactedTable<V> {
  private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();
  private final Function<byte[], V> decode;

  /**
   * @param decode reads a value; throws IllegalArgumentException if it is none
   */
  CompactedTable(Function<byte[], V> decode) {
    this.decode = decode;
  }

  /**
   * The last record of a key.
   *
   * @param writtenMillis the record's timestamp
   */
  record Entry<V>(String key, long offset, long writtenMillis, V value) {}

  /**
   * Takes the next record of a partition. One whose value cannot be read hides what was before it:
   * it is the last word of its key all the same.
   *
   * @param value null for a tombstone
   * @throws IllegalArgumentException if the value cannot be read
   */
  void apply(String key, long offset, long writtenMillis, byte[] value) {
    if (value == null) {
      entries.remove(key);
      return;
    }
    try {
      entries.put(key, new Entry<>(key, offset, writtenMillis, decode.apply(value)));
    } catch (IllegalArgumentException e) {
      entries.remove(key);
      throw e;
    }
  }

  Optional<Entry<V>> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Returns the entries in order of their keys. */
  List<Entry<V>> all() {
    return entries.values().stream()
        .sorted(Comparator.comparing((Entry<V> entry) -> entry.key()))
        .toList();
  }
}
