package io.weir.sinks.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.bloomfilter.XxHash;

/**
 * Gathers the hashes of one column's values and makes a split-block bloom filter of just the right
 * size of them when the row group is written, with at most 1 % false positives. parquet-java's own
 * writer wants to know the number of distinct values beforehand, or takes up to a megabyte for each
 * open file. Not thread-safe.
 *
 * <p>The filter is made for as many distinct values as there are values, then folded in halves as
 * long as it stays sparse enough: a block is chosen by the upper bits of the hash, so two
 * neighbours become one by OR. That is what repeated ids cost, instead of sorting the hashes.
 *
 * @see <a href="https://github.com/apache/parquet-format/blob/master/BloomFilter.md">Parquet bloom
 *     filter</a>
 */
final class IdBloomFilter {
  private static final int WORDS_PER_BLOCK = 8;

  /** Blocks of 256 bits hold this many values with 1 % false positives. */
  private static final double VALUES_PER_BLOCK = 26;

  /** Share of set bits at which a block of eight bits for each value has 1 % false positives. */
  private static final double FULL = 0.56;

  private static final int MAX_BLOCKS = 1 << 17;

  private static final int[] SALT = {
    0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
  };

  private static final XxHash HASH = new XxHash();

  private long[] hashes = new long[32];
  private int count;

  void add(byte[] value) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, count * 2);
    }
    hashes[count++] = HASH.hashBytes(value);
  }

  /** Returns the bytes that the hashes take in memory. */
  long bytes() {
    return (long) Long.BYTES * count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Returns the filter of the values so far. */
  BloomFilter build() {
    int blocks = 1;
    while (blocks < MAX_BLOCKS && blocks * VALUES_PER_BLOCK < count) {
      blocks *= 2;
    }
    int[] words = new int[blocks * WORDS_PER_BLOCK];
    for (int i = 0; i < count; i++) {
      insert(hashes[i], words, blocks);
    }
    while (blocks > 1 && shareOfBitsAfterFolding(words) <= FULL) {
      words = fold(words);
      blocks /= 2;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(words);
    return new BlockSplitBloomFilter(bytes.array());
  }

  private static void insert(long hash, int[] words, int blocks) {
    int block = (int) ((hash >>> 32) * blocks >>> 32);
    int key = (int) hash;
    for (int i = 0; i < WORDS_PER_BLOCK; i++) {
      words[block * WORDS_PER_BLOCK + i] |= 1 << (key * SALT[i] >>> 27);
    }
  }

  private static double shareOfBitsAfterFolding(int[] words) {
    long set = 0;
    for (int i = 0; i < words.length; i += 2 * WORDS_PER_BLOCK) {
      for (int j = i; j < i + WORDS_PER_BLOCK; j++) {
        set += Integer.bitCount(words[j] | words[j + WORDS_PER_BLOCK]);
      }
    }
    return (double) set / (words.length / 2 * (long) Integer.SIZE);
  }

  private static int[] fold(int[] words) {
    int[] folded = new int[words.length / 2];
    for (int i = 0; i < folded.length; i++) {
      int pair = i / WORDS_PER_BLOCK * 2 * WORDS_PER_BLOCK + i % WORDS_PER_BLOCK;
      folded[i] = words[pair] | words[pair + WORDS_PER_BLOCK];
    }
    return folded;
  }
}
