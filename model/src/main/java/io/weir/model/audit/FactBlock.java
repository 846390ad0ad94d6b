package io.weir.model.audit;

import java.util.Arrays;
import java.util.Objects;

/**
 * What one source, or several together, know about {@value #SIZE} neighbouring offsets of a
 * partition. Blocks of a partition have fixed borders, so that sources agree on them.
 *
 * @param topic name of the topic
 * @param partition Kafka partition
 * @param block number of the block: the first offset divided by {@value #SIZE}
 * @param facts bits of {@link Facts} for each offset; an empty array knows nothing
 */
@SuppressWarnings("ArrayRecordComponent") // equality and hash code are written out below
public record FactBlock(String topic, int partition, long block, byte[] facts) {
  /** Offsets in a block. */
  public static final int SIZE = 1_024;

  private static final byte[] NOTHING = {};

  public FactBlock {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(facts, "facts");
  }

  /** Returns a block of which nothing is known. */
  public static FactBlock unknown(String topic, int partition, long block) {
    return new FactBlock(topic, partition, block, NOTHING);
  }

  /** Returns the number of the block in which an offset lies. */
  public static long blockOf(long offset) {
    return offset / SIZE;
  }

  /** Returns the first offset of the block. */
  public long first() {
    return block * SIZE;
  }

  /** Returns what is known of an offset, which must lie in the block. */
  public byte at(long offset) {
    return facts.length == 0 ? 0 : facts[Math.toIntExact(offset - first())];
  }

  /** Returns what this block and another one of the same offsets know together. */
  public FactBlock merge(FactBlock other) {
    if (other.facts.length == 0) {
      return this;
    }
    if (facts.length == 0) {
      return other;
    }
    byte[] merged = facts.clone();
    for (int i = 0; i < merged.length; i++) {
      merged[i] = Facts.merge(merged[i], other.facts[i]);
    }
    return new FactBlock(topic, partition, block, merged);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FactBlock that
        && topic.equals(that.topic)
        && partition == that.partition
        && block == that.block
        && Arrays.equals(facts, that.facts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topic, partition, block) * 31 + Arrays.hashCode(facts);
  }

  @Override
  public String toString() {
    return topic + "-" + partition + " block " + block;
  }
}
