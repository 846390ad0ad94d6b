package io.weir.operators.logs;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * A set of 128-bit hashes, each with the time at which it came, that forgets the oldest first: a
 * ring in order of arrival, and a table with open addressing that finds places in it. Times never
 * decrease. Adding, finding and forgetting take constant time; an entry takes 40 to 64 bytes,
 * nothing is allocated but when the ring grows or shrinks. Used by one thread.
 */
final class SeenIds {
  private static final int LEAST = 64;

  private final int bound;
  private long[] high;
  private long[] low;
  private long[] times;
  private int oldest;
  private int size;

  /** Half empty. A slot is 0, or the lower half of a low hash and a place in the ring plus 1. */
  private long[] slots;

  /** Makes an empty set that holds at most {@code bound} hashes. */
  SeenIds(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound is " + bound);
    }
    this.bound = bound;
    allocate(Math.min(bound, LEAST));
  }

  int size() {
    return size;
  }

  boolean contains(long highHash, long lowHash) {
    int mask = slots.length - 1;
    for (int at = (int) lowHash & mask; slots[at] != 0; at = at + 1 & mask) {
      int place = place(slots[at]);
      if (fingerprint(slots[at]) == (int) lowHash
          && high[place] == highHash
          && low[place] == lowHash) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds a hash that is not in the set.
   *
   * @param time not before that of any other
   * @return whether the oldest had to go for it
   */
  boolean add(long highHash, long lowHash, long time) {
    boolean full = size == bound;
    if (full) {
      forgetOldest();
    } else if (size == high.length) {
      resize((int) Math.min(bound, 2L * size));
    }
    int place = oldest + size;
    if (place >= high.length) {
      place -= high.length;
    }
    high[place] = highHash;
    low[place] = lowHash;
    times[place] = time;
    size++;
    enter(lowHash, place);
    return full;
  }

  /** Forgets what came before a time. */
  void forgetBefore(long time) {
    while (size > 0 && times[oldest] < time) {
      forgetOldest();
    }
    if (high.length > LEAST && size < high.length / 8) {
      resize(Math.max(LEAST, high.length / 4));
    }
  }

  /** Writes the set, oldest first. */
  void write(DataOutputSerializer out) throws IOException {
    out.writeInt(size);
    long last = 0;
    for (int i = 0, place = oldest; i < size; i++) {
      out.writeLong(high[place]);
      out.writeLong(low[place]);
      writeVarLong(times[place] - last, out);
      last = times[place];
      place = place + 1 == high.length ? 0 : place + 1;
    }
  }

  /** Reads what {@link #write} wrote; of more than {@code bound} the newest are kept. */
  static SeenIds read(DataInputDeserializer in, int bound) throws IOException {
    SeenIds ids = new SeenIds(bound);
    long time = 0;
    for (int left = in.readInt(); left > 0; left--) {
      long high = in.readLong();
      long low = in.readLong();
      time += readVarLong(in);
      ids.add(high, low, time);
    }
    return ids;
  }

  private void allocate(int capacity) {
    high = new long[capacity];
    low = new long[capacity];
    times = new long[capacity];
    slots = new long[Math.max(2, Integer.highestOneBit(2 * capacity - 1) << 1)];
    oldest = 0;
  }

  private void resize(int capacity) {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldTimes = times;
    int from = oldest;
    allocate(capacity);
    int upToEnd = Math.min(size, oldHigh.length - from);
    copy(oldHigh, from, upToEnd, high);
    copy(oldLow, from, upToEnd, low);
    copy(oldTimes, from, upToEnd, times);
    for (int place = 0; place < size; place++) {
      enter(low[place], place);
    }
  }

  private void copy(long[] ring, int from, int upToEnd, long[] target) {
    System.arraycopy(ring, from, target, 0, upToEnd);
    System.arraycopy(ring, 0, target, upToEnd, size - upToEnd);
  }

  private void enter(long lowHash, int place) {
    int mask = slots.length - 1;
    int at = (int) lowHash & mask;
    while (slots[at] != 0) {
      at = at + 1 & mask;
    }
    slots[at] = lowHash << 32 | place + 1;
  }

  private void forgetOldest() {
    int mask = slots.length - 1;
    int at = (int) low[oldest] & mask;
    while (place(slots[at]) != oldest) {
      at = at + 1 & mask;
    }
    // Fills the gap with what would no longer be found behind it.
    for (int next = at + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
      int home = fingerprint(slots[next]) & mask;
      if ((next - home & mask) >= (next - at & mask)) {
        slots[at] = slots[next];
        at = next;
      }
    }
    slots[at] = 0;
    oldest = oldest + 1 == high.length ? 0 : oldest + 1;
    size--;
  }

  private static int place(long slot) {
    return (int) slot - 1;
  }

  private static int fingerprint(long slot) {
    return (int) (slot >>> 32);
  }

  private static void writeVarLong(long value, DataOutputSerializer out) throws IOException {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  private static long readVarLong(DataInputDeserializer in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int part = in.readByte();
      value |= (part & 0x7fL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IOException("a number of more than 64 bits");
  }
}
