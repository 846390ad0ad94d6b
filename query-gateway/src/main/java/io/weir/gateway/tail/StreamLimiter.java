package io.weir.gateway.tail;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Bounds how many streams there are, in all and for each client address. Thread-safe. */
public final class StreamLimiter {
  private final int max;
  private final int maxPerAddress;
  private final Map<String, Integer> byAddress = new HashMap<>();
  private int streams;

  public StreamLimiter(int max, int maxPerAddress) {
    this.max = max;
    this.maxPerAddress = maxPerAddress;
  }

  /** One stream. */
  public final class Permit implements AutoCloseable {
    private final String address;
    private boolean given;

    private Permit(String address) {
      this.address = address;
    }

    /** Gives it back; harmless a second time. */
    @Override
    public void close() {
      synchronized (StreamLimiter.this) {
        if (!given) {
          given = true;
          streams--;
          byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
      }
    }
  }

  /** Returns a permit, or empty if there are as many streams as may be. */
  public synchronized Optional<Permit> acquire(String address) {
    Objects.requireNonNull(address, "address");
    if (streams >= max || byAddress.getOrDefault(address, 0) >= maxPerAddress) {
      return Optional.empty();
    }
    streams++;
    byAddress.merge(address, 1, Integer::sum);
    return Optional.of(new Permit(address));
  }

  /** Returns how many streams there are now. */
  public synchronized int streams() {
    return streams;
  }
}
