package io.weir.operators.metrics;

import java.util.Arrays;

/**
 * A set of 64-bit hashes in 11 to 22 bytes each. Zero is kept as one, which a hash may be taken
 * for.
 */
final class LongSet {
  private long[] slots = new long[8];
  private int size;

  boolean add(long value) {
    long wanted = value == 0 ? 1 : value;
    int at = find(wanted);
    if (slots[at] == wanted) {
      return false;
    }
    slots[at] = wanted;
    size++;
    if (size * 4 > slots.length * 3) {
      grow();
    }
    return true;
  }

  boolean contains(long value) {
    long wanted = value == 0 ? 1 : value;
    return slots[find(wanted)] == wanted;
  }

  int size() {
    return size;
  }

  /** Returns the values in no order. */
  long[] toArray() {
    return Arrays.stream(slots).filter(value -> value != 0).toArray();
  }

  /** Returns where a value stands, or the free slot where it would. */
  private int find(long value) {
    int mask = slots.length - 1;
    int at = (int) (value ^ value >>> 32) & mask;
    while (slots[at] != 0 && slots[at] != value) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    for (long value : old) {
      if (value != 0) {
        slots[find(value)] = value;
      }
    }
  }
}
