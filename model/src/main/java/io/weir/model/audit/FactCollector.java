package io.weir.model.audit;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Gathers what a source says offset by offset into blocks, and hands them on when many are open: a
 * byte goes on for an offset, not an object. Not thread-safe.
 */
public final class FactCollector implements AutoCloseable {
  /** About 4 MB. */
  private static final int MAX_OPEN = 4_096;

  private final String topic;
  private final Consumer<FactBlock> blocks;
  private final Map<Key, byte[]> open = new LinkedHashMap<>(64, 0.75f, true);
  private Key lastKey;
  private byte[] last;

  /**
   * Makes a collector.
   *
   * @param topic that all offsets are of
   * @param blocks takes the blocks; one of the same offsets may come more than once
   */
  public FactCollector(String topic, Consumer<FactBlock> blocks) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.blocks = Objects.requireNonNull(blocks, "blocks");
  }

  private record Key(int partition, long block) {}

  /** Notes a fact about an offset. */
  public void add(int partition, long offset, byte facts) {
    long block = FactBlock.blockOf(offset);
    if (lastKey == null || lastKey.partition != partition || lastKey.block != block) {
      lastKey = new Key(partition, block);
      last = open.computeIfAbsent(lastKey, key -> new byte[FactBlock.SIZE]);
      if (open.size() > MAX_OPEN) {
        handOnOldest();
      }
    }
    int at = (int) (offset % FactBlock.SIZE);
    last[at] = Facts.merge(last[at], facts);
  }

  private void handOnOldest() {
    Iterator<Map.Entry<Key, byte[]>> oldest = open.entrySet().iterator();
    handOn(oldest.next());
    oldest.remove();
  }

  private void handOn(Map.Entry<Key, byte[]> entry) {
    blocks.accept(
        new FactBlock(topic, entry.getKey().partition, entry.getKey().block, entry.getValue()));
  }

  /** Hands on what is left. */
  @Override
  public void close() {
    open.entrySet().forEach(this::handOn);
    open.clear();
    lastKey = null;
  }
}
