package io.weir.operators.alerts;

import java.util.HashMap;
import java.util.Map;

/**
 * How many groups each rule has in one task, so that a rule that groups by a tag with a value for
 * each request cannot fill the task's memory: whoever came first stays, and others must wait until
 * some are gone. Not state: after a restore the groups are counted again. Not thread-safe.
 */
final class GroupCounts {
  private final int most;
  private final Map<String, Integer> groups = new HashMap<>();

  /**
   * Starts at nothing.
   *
   * @param most groups that a rule may have
   */
  GroupCounts(int most) {
    this.most = most;
  }

  /** Returns whether one more group of the rule may begin; if so, it is counted. */
  boolean begin(String ruleId) {
    int count = groups.getOrDefault(ruleId, 0);
    if (count >= most) {
      return false;
    }
    groups.put(ruleId, count + 1);
    return true;
  }

  /** Counts a group that is there already, even beyond the limit. */
  void found(String ruleId) {
    groups.merge(ruleId, 1, Integer::sum);
  }

  /** A group of the rule has ended. */
  void end(String ruleId) {
    groups.computeIfPresent(ruleId, (id, count) -> count == 1 ? null : count - 1);
  }

  /** Back to nothing. */
  void clear() {
    groups.clear();
  }
}
