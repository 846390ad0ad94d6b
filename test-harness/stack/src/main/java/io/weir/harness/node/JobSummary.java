package io.weir.harness.node;

import java.time.Instant;
import java.util.Set;

/**
 * One job of a cluster.
 *
 * @param id Flink's job id
 * @param name name given in the job's main
 * @param state as Flink names it
 * @param started when it was submitted or recovered
 */
public record JobSummary(String id, String name, String state, Instant started) {
  private static final Set<String> ENDED = Set.of("FAILED", "CANCELED", "FINISHED");

  /** True when the job has ended for good; the cluster only remembers it. */
  public boolean hasEnded() {
    return isEnd(state);
  }

  /** True when a job in this state has ended for good. */
  public static boolean isEnd(String state) {
    return ENDED.contains(state);
  }
}
