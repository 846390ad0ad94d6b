package io.weir.gateway.search;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.config.GatewayConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts events over time by level, in buckets aligned to the epoch, empty ones included. */
public final class HistogramService {
  /**
   * What an automatic interval is chosen from, so that a range has at most {@link #AIM} buckets.
   */
  private static final List<Duration> STEPS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(3),
          Duration.ofHours(6),
          Duration.ofHours(12),
          Duration.ofDays(1));

  private static final int AIM = 120;
  private static final Pattern INTERVAL = Pattern.compile("(\\d{1,6})(s|m|h|d)");

  private final LogStore store;
  private final GatewayConfig.Search limits;
  private final Clock clock;
  private final Ranges ranges;

  public HistogramService(LogStore store, GatewayConfig.Search limits, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.ranges = new Ranges(limits.maxRange(), limits.defaultRange());
  }

  /** Counts of one bucket; levels without events are left out. */
  public record Bucket(Instant start, long count, Map<String, Long> levels) {}

  /** A whole histogram. */
  public record Counts(
      Duration interval, TimeRange range, List<Bucket> buckets, long total, ShardReport shards) {}

  /**
   * Counts.
   *
   * @param interval as written ({@code 30s}), or empty to choose one that suits the range
   */
  public Counts histogram(
      LogFilter filter,
      Optional<String> from,
      Optional<String> to,
      Optional<String> interval,
      Cancellation cancellation) {
    TimeRange range = ranges.resolve(from, to, clock.instant());
    Duration width = interval.map(HistogramService::parse).orElseGet(() -> suited(range));
    long bucketCount = bucketCount(range, width);
    if (bucketCount > limits.maxHistogramBuckets()) {
      throw new InvalidRequestException(
          "interval",
          "makes "
              + bucketCount
              + " buckets of this range, at most "
              + limits.maxHistogramBuckets());
    }
    LogStore.Histogram counted = store.histogram(filter, range, width, cancellation);
    List<Bucket> buckets = new ArrayList<>();
    long total = 0;
    for (long i = 0; i < bucketCount; i++) {
      Instant start = start(range, width).plus(width.multipliedBy(i));
      Map<String, Long> levels = counted.buckets().getOrDefault(start, Map.of());
      long count = levels.values().stream().mapToLong(Long::longValue).sum();
      total += count;
      buckets.add(new Bucket(start, count, levels));
    }
    return new Counts(width, range, buckets, total, counted.shards());
  }

  private static Duration parse(String text) {
    Matcher matcher = INTERVAL.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new InvalidRequestException(
          "interval", "'" + text + "' is not an interval such as 30s, 5m, 1h, 1d");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static Duration suited(TimeRange range) {
    return STEPS.stream()
        .filter(step -> bucketCount(range, step) <= AIM)
        .findFirst()
        .orElse(STEPS.get(STEPS.size() - 1));
  }

  private static long bucketCount(TimeRange range, Duration width) {
    long nanos = width.toNanos();
    return Math.floorDiv(range.toNanos() - 1, nanos) - Math.floorDiv(range.fromNanos(), nanos) + 1;
  }

  private static Instant start(TimeRange range, Duration width) {
    long nanos = width.toNanos();
    return Times.instant(Math.floorDiv(range.fromNanos(), nanos) * nanos);
  }
}
