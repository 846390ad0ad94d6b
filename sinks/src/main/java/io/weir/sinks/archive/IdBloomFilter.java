package io.weir.sinks.archive;

import java.util.Arrays;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.bloomfilter.XxHash;

/**
 * Gathers the hashes of one column's values and makes a bloom filter of just the right size of them
 * when the row group is written. parquet-java's own writer wants to know the number of distinct
 * values beforehand, or takes up to a megabyte for each open file. Not thread-safe.
 */
final class IdBloomFilter {
  private static final double FALSE_POSITIVES = 0.01;

  private static final XxHash HASH = new XxHash();
  private static final int MAX_BYTES = 4 << 20;

  private long[] hashes = new long[64];
  private int count;

  void add(byte[] value) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, count * 2);
    }
    hashes[count++] = HASH.hashBytes(value);
  }

  long bytes() {
    return 8L * hashes.length;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Returns the filter of the values so far. */
  BloomFilter build() {
    Arrays.sort(hashes, 0, count);
    int distinct = 1;
    for (int i = 1; i < count; i++) {
      if (hashes[i] != hashes[i - 1]) {
        hashes[distinct++] = hashes[i];
      }
    }
    int bits = BlockSplitBloomFilter.optimalNumOfBits(distinct, FALSE_POSITIVES);
    BlockSplitBloomFilter filter = new BlockSplitBloomFilter(bits / 8, MAX_BYTES);
    for (int i = 0; i < distinct; i++) {
      filter.insertHash(hashes[i]);
    }
    return filter;
  }
}
