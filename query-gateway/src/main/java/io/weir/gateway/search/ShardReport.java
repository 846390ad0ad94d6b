package io.weir.gateway.search;

import java.util.ArrayList;
import java.util.List;

/**
 * How the shards of a search fared.
 *
 * @param timedOut whether a shard gave up at its time limit with what it had until then
 * @param failures what the failing shards said, at most {@link #MAX_FAILURES} of them
 */
public record ShardReport(
    int total,
    int successful,
    int skipped,
    int failed,
    boolean timedOut,
    List<ShardFailure> failures) {
  /** How many failures are reported with their reasons. */
  public static final int MAX_FAILURES = 5;

  /** A search that touched nothing. */
  public static final ShardReport NONE = new ShardReport(0, 0, 0, 0, false, List.of());

  public ShardReport {
    failures = List.copyOf(failures);
  }

  /** One shard that did not answer. */
  public record ShardFailure(String index, String reason) {}

  /** Returns whether events may be missing from the answer. */
  public boolean partial() {
    return timedOut || failed > 0;
  }

  /** Returns both reports as one of a search that was asked in rounds: the worst of each. */
  public ShardReport worst(ShardReport other) {
    List<ShardFailure> both = new ArrayList<>(failures);
    other.failures.stream().filter(failure -> !both.contains(failure)).forEach(both::add);
    return new ShardReport(
        Math.max(total, other.total),
        Math.max(successful, other.successful),
        Math.max(skipped, other.skipped),
        Math.max(failed, other.failed),
        timedOut || other.timedOut,
        both.subList(0, Math.min(MAX_FAILURES, both.size())));
  }
}
