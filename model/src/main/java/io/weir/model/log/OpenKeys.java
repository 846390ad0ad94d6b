package io.weir.model.log;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Keys of the objects that are open while a record is read, to find those that stand twice. Few
 * keys are compared one by one, many through a set. Reused from record to record; holds numbers
 * only, see {@link EventDraft}.
 */
final class OpenKeys {
  private static final int COMPARED_ONE_BY_ONE = 16;

  private int[] hashes = new int[64];
  private int[] starts = new int[64];
  private int count;

  void clear() {
    count = 0;
  }

  /** Opens an object; what this returns is given back to {@link #close}. */
  int open() {
    return count;
  }

  void close(int opened) {
    count = opened;
  }

  /**
   * Adds a key of the object that was opened last.
   *
   * @param many the keys so far where there are many, else null
   */
  Added add(int opened, String key, JsonScanner scanner, Set<String> many) {
    if (many != null) {
      return new Added(!many.add(key), many);
    }
    if (count - opened == COMPARED_ONE_BY_ONE) {
      Set<String> all = new HashSet<>();
      for (int i = opened; i < count; i++) {
        all.add(scanner.nameAt(starts[i]));
      }
      return new Added(!all.add(key), all);
    }
    boolean twice = false;
    int hash = key.hashCode();
    for (int i = opened; i < count; i++) {
      twice |= hashes[i] == hash && scanner.nameAt(starts[i]).equals(key);
    }
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
    }
    hashes[count] = hash;
    starts[count] = scanner.nameStart();
    count++;
    return twice ? Added.TWICE : Added.ONCE;
  }

  /**
   * @param twice whether the key was there before
   * @param many to be given with the next key of the object
   */
  record Added(boolean twice, Set<String> many) {
    static final Added ONCE = new Added(false, null);
    static final Added TWICE = new Added(true, null);
  }
}
