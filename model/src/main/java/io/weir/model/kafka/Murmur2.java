package io.weir.model.kafka;

/**
 * The hash by which Kafka's own clients choose partitions: MurmurHash2 of 32 bits with Kafka's
 * seed. Every producer has to use it, or nobody else knows where a key lives.
 */
public final class Murmur2 {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;
  private static final int R = 24;

  private Murmur2() {}

  /** Returns the hash without its sign, as Kafka takes it before it divides. */
  public static int positive(byte[] data) {
    return hash(data) & Integer.MAX_VALUE;
  }

  /** Returns the hash. */
  public static int hash(byte[] data) {
    int length = data.length;
    int h = SEED ^ length;
    int words = length / 4;
    for (int i = 0; i < words; i++) {
      int at = 4 * i;
      int k = b(data, at) | b(data, at + 1) << 8 | b(data, at + 2) << 16 | b(data, at + 3) << 24;
      k *= M;
      k ^= k >>> R;
      k *= M;
      h = h * M ^ k;
    }
    int rest = 4 * words;
    if (length > rest) {
      for (int i = length - 1; i >= rest; i--) {
        h ^= b(data, i) << 8 * (i - rest);
      }
      h *= M;
    }
    h ^= h >>> 13;
    h *= M;
    return h ^ h >>> 15;
  }

  private static int b(byte[] data, int at) {
    return data[at] & 0xFF;
  }
}
