package io.weir.gateway.tail;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which partitions are watched, by how many clients, and how far each has been looked at. Of the
 * live reader's thread alone.
 */
final class LivePositions {
  private final Map<Integer, Watched> watched = new HashMap<>();

  private static final class Watched {
    private long next;
    private int clients;
  }

  boolean isEmpty() {
    return watched.isEmpty();
  }

  boolean isWatched(int partition) {
    return watched.containsKey(partition);
  }

  Set<Integer> partitions() {
    return Set.copyOf(watched.keySet());
  }

  /** Returns the offset of the next record to look at. */
  long next(int partition) {
    return watched.get(partition).next;
  }

  /** Returns the next offset of every watched partition. */
  Map<Integer, Long> next() {
    Map<Integer, Long> next = new HashMap<>();
    watched.forEach((partition, state) -> next.put(partition, state.next));
    return next;
  }

  /**
   * Notes that everything before an offset has been looked at.
   *
   * @return false if that was so already, or if nobody watches the partition
   */
  boolean advance(int partition, long next) {
    Watched state = watched.get(partition);
    if (state == null || next <= state.next) {
      return false;
    }
    state.next = next;
    return true;
  }

  /**
   * Adds a client of a partition.
   *
   * @param from where to begin if nobody watches it yet
   * @return whether nobody did
   */
  boolean watch(int partition, long from) {
    Watched state = watched.get(partition);
    boolean first = state == null;
    if (first) {
      state = new Watched();
      state.next = from;
      watched.put(partition, state);
    }
    state.clients++;
    return first;
  }

  /** Removes a client of a partition; returns whether it was the last. */
  boolean unwatch(int partition) {
    Watched state = watched.get(partition);
    if (state != null && --state.clients == 0) {
      watched.remove(partition);
      return true;
    }
    return false;
  }

  void clear() {
    watched.clear();
  }
}
