package io.weir.gateway.auth;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Holds each caller to its limits: requests a second as a bucket that a second fills, requests and
 * streams at the same time. Remembers a bounded number of callers. Thread-safe.
 */
public final class CallerLimiter {
  private static final int MAX_CALLERS = 20_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongSupplier nanos;
  private final Map<String, Usage> byCaller = new LinkedHashMap<>(64, 0.75f, true);

  /**
   * @param nanos a clock that only goes forward
   */
  public CallerLimiter(LongSupplier nanos) {
    this.nanos = Objects.requireNonNull(nanos, "nanos");
  }

  /** What is asked for. */
  public enum Kind {
    /** An answer. */
    REQUEST,
    /** A live stream. */
    STREAM
  }

  private static final class Usage {
    private double tokens;
    private long filledAt;
    private int requests;
    private int streams;

    private boolean idle() {
      return requests == 0 && streams == 0;
    }
  }

  /**
   * Which limit is reached.
   *
   * @param what for people
   * @param retryAfter when to come again
   */
  public record Exceeded(String limit, String what, Duration retryAfter) {}

  /**
   * The answer to one request.
   *
   * @param exceeded empty if it may go on
   */
  public final class Permit implements AutoCloseable {
    private final Usage usage;
    private final Kind kind;
    private final Optional<Exceeded> exceeded;
    private boolean closed;

    private Permit(Usage usage, Kind kind, Optional<Exceeded> exceeded) {
      this.usage = usage;
      this.kind = kind;
      this.exceeded = exceeded;
      this.closed = exceeded.isPresent();
    }

    /** Returns the limit that is reached; empty if the request may go on. */
    public Optional<Exceeded> exceeded() {
      return exceeded;
    }

    /** Gives it back; harmless a second time. */
    @Override
    public void close() {
      synchronized (CallerLimiter.this) {
        if (!closed) {
          closed = true;
          if (kind == Kind.STREAM) {
            usage.streams--;
          } else {
            usage.requests--;
          }
        }
      }
    }
  }

  /** Takes a request of a caller, or says which limit is in the way. */
  public synchronized Permit acquire(Caller caller, Kind kind) {
    CallerLimits limits = caller.limits();
    Usage usage = usage(caller);
    Optional<Exceeded> exceeded = together(usage, limits, kind).or(() -> rate(usage, limits));
    if (exceeded.isEmpty()) {
      if (kind == Kind.STREAM) {
        usage.streams++;
      } else {
        usage.requests++;
      }
    }
    return new Permit(usage, kind, exceeded);
  }

  private Usage usage(Caller caller) {
    Usage known = byCaller.get(caller.id());
    if (known != null) {
      return known;
    }
    if (byCaller.size() >= MAX_CALLERS) {
      forgetOne();
    }
    Usage usage = new Usage();
    usage.tokens = caller.limits().requestsPerSecond();
    usage.filledAt = nanos.getAsLong();
    byCaller.put(caller.id(), usage);
    return usage;
  }

  /** The one that has been silent longest; its bucket is full again by now. */
  private void forgetOne() {
    for (Iterator<Usage> usages = byCaller.values().iterator(); usages.hasNext(); ) {
      if (usages.next().idle()) {
        usages.remove();
        return;
      }
    }
  }

  private static Optional<Exceeded> together(Usage usage, CallerLimits limits, Kind kind) {
    if (kind == Kind.STREAM) {
      return limits.streams() > 0 && usage.streams >= limits.streams()
          ? Optional.of(
              new Exceeded(
                  "streams",
                  "this caller has " + limits.streams() + " streams, which is its limit",
                  Duration.ofSeconds(5)))
          : Optional.empty();
    }
    return limits.concurrent() > 0 && usage.requests >= limits.concurrent()
        ? Optional.of(
            new Exceeded(
                "concurrent",
                limits.concurrent() + " requests of this caller are under way, which is its limit",
                Duration.ofSeconds(1)))
        : Optional.empty();
  }

  private Optional<Exceeded> rate(Usage usage, CallerLimits limits) {
    int rate = limits.requestsPerSecond();
    if (rate == 0) {
      return Optional.empty();
    }
    long now = nanos.getAsLong();
    double gained = (now - usage.filledAt) / NANOS_PER_SECOND * rate;
    usage.tokens = Math.min(rate, usage.tokens + gained);
    usage.filledAt = now;
    if (usage.tokens >= 1) {
      usage.tokens--;
      return Optional.empty();
    }
    long wait = (long) Math.ceil((1 - usage.tokens) / rate * NANOS_PER_SECOND);
    return Optional.of(
        new Exceeded(
            "rate", "this caller may send " + rate + " requests a second", Duration.ofNanos(wait)));
  }

  /** Returns how many callers are remembered. */
  public synchronized int callers() {
    return byCaller.size();
  }
}
