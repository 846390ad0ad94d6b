package io.weir.gateway.tail;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that may wait for all clients together. Thread-safe. */
public final class QueueBudget {
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

  /** Takes bytes, unless that would be more than there are. */
  boolean tryTake(long bytes) {
    if (used.addAndGet(bytes) > capacity) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
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
