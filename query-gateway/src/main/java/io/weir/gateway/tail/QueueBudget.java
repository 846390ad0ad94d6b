package io.weir.gateway.tail;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that may wait for all clients together. How many may wait for one of them shrinks with
 * what is free, so that clients that take nothing leave room for those that do: however many there
 * are, they cannot take the last of it (Choudhury and Hahne, "Dynamic queue length thresholds for
 * shared-memory packet switches", IEEE/ACM Transactions on Networking 6(2), 1998). Thread-safe.
 */
public final class QueueBudget {
  /** A queue may hold one part in so many of what is free. */
  private static final int PARTS = 8;

  private final long capacity;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param capacity in bytes
   */
  public QueueBudget(long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity " + capacity);
    }
    this.capacity = capacity;
  }

  /**
   * Takes bytes for a queue, unless that would be more than there are, or more than its part.
   *
   * @param held what the queue holds by now; one that holds nothing gets whatever is free
   */
  boolean tryTake(long held, long bytes) {
    long before = used.getAndAdd(bytes);
    boolean fits =
        before + bytes <= capacity && (held == 0 || held + bytes <= (capacity - before) / PARTS);
    if (!fits) {
      used.addAndGet(-bytes);
    }
    return fits;
  }

  /** Takes bytes that have their own bound. */
  void take(long bytes) {
    used.addAndGet(bytes);
  }

  void give(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Returns how many bytes wait now. */
  public long used() {
    return used.get();
  }
}
