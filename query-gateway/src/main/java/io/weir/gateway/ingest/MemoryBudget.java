package io.weir.gateway.ingest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all ingest requests may hold together, from the first byte read until Kafka has
 * acknowledged. Thread-safe.
 */
public final class MemoryBudget {
  private final long capacity;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param capacity in bytes
   */
  public MemoryBudget(long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity " + capacity);
    }
    this.capacity = capacity;
  }

  /** Returns a reservation of nothing, to be grown by its owner and closed once. */
  public Reservation reserve() {
    return new Reservation();
  }

  /** Returns the bytes that are reserved now. */
  public long used() {
    return used.get();
  }

  /** Returns which share of the capacity is reserved now. */
  public double share() {
    return (double) used.get() / capacity;
  }

  /** What one request holds. Thread-safe. */
  public final class Reservation implements AutoCloseable {
    private long held;
    private boolean closed;

    private Reservation() {}

    /**
     * Reserves more.
     *
     * @throws OverloadedException if the budget does not have it
     */
    public synchronized void grow(long bytes) {
      if (closed) {
        throw new IllegalStateException("the reservation is closed");
      }
      long now = used.addAndGet(bytes);
      if (now > capacity) {
        used.addAndGet(-bytes);
        throw new OverloadedException(
            "requests in flight hold the " + capacity + " bytes that they may");
      }
      held += bytes;
    }

    /** Gives part of it back. */
    public synchronized void shrink(long bytes) {
      if (!closed) {
        long given = Math.min(bytes, held);
        held -= given;
        used.addAndGet(-given);
      }
    }

    /** Gives back what is left. */
    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        used.addAndGet(-held);
        held = 0;
      }
    }
  }
}
