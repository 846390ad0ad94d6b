package io.weir.operators.logs;

/**
 * 128 bits that stand for an event's service, host and producer id: MurmurHash3 (x64, 128 bits) of
 * their lengths and UTF-16 code units. Part of the state contract: the same in every version.
 * Reused for event after event, by one thread.
 *
 * @see <a href="https://github.com/aappleby/smhasher">MurmurHash3</a>
 */
final class IdHash {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int CHARS_PER_WORD = 4;

  private long high;
  private long low;
  private long first;
  private long word;
  private int chars;
  private int words;

  /** Takes an event's texts; a null host counts as an empty one. */
  void of(String service, String host, String id) {
    high = 0;
    low = 0;
    first = 0;
    word = 0;
    chars = 0;
    words = 0;
    String hostText = host == null ? "" : host;
    // With their lengths, "ab" + "c" is not "a" + "bc".
    put(service.length());
    put(hostText.length());
    put(service);
    put(hostText);
    put(id);
    finish();
  }

  /** Returns one half. */
  long high() {
    return high;
  }

  /** Returns the other half. */
  long low() {
    return low;
  }

  private void put(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      word |= (long) text.charAt(i) << (chars & (CHARS_PER_WORD - 1)) * Character.SIZE;
      if ((++chars & (CHARS_PER_WORD - 1)) == 0) {
        putWord();
      }
    }
  }

  private void put(int number) {
    word = number;
    chars += CHARS_PER_WORD;
    putWord();
  }

  private void putWord() {
    if ((words++ & 1) == 0) {
      first = word;
    } else {
      mix();
      first = 0;
    }
    word = 0;
  }

  private void mix() {
    high ^= scrambled(first, C1, 31, C2);
    high = (Long.rotateLeft(high, 27) + low) * 5 + 0x52dce729;
    low ^= scrambled(word, C2, 33, C1);
    low = (Long.rotateLeft(low, 31) + high) * 5 + 0x38495ab5;
  }

  private void finish() {
    // At most one whole word and a part of the next are left.
    if ((words & 1) == 1) {
      low ^= scrambled(word, C2, 33, C1);
      high ^= scrambled(first, C1, 31, C2);
    } else {
      high ^= scrambled(word, C1, 31, C2);
    }
    long bytes = (long) chars * Character.BYTES;
    high ^= bytes;
    low ^= bytes;
    high += low;
    low += high;
    high = finalized(high);
    low = finalized(low);
    high += low;
    low += high;
  }

  private static long scrambled(long value, long multiplier, int distance, long then) {
    return Long.rotateLeft(value * multiplier, distance) * then;
  }

  private static long finalized(long value) {
    long k = value;
    k ^= k >>> 33;
    k *= 0xff51afd7ed558ccdL;
    k ^= k >>> 33;
    k *= 0xc4ceb9fe1a85ec53L;
    k ^= k >>> 33;
    return k;
  }
}
