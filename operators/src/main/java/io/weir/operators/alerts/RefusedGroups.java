package io.weir.operators.alerts;

import io.weir.operators.NamedOnce;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of groups that could not begin because their rule has as many as it may ({@link
 * GroupCounts}): the log names each rule once, and a counter tells how it goes on. Not thread-safe.
 */
final class RefusedGroups {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedGroups.class);

  private final Counter refused;
  private final int most;
  private final NamedOnce named = new NamedOnce();

  /**
   * Starts at nothing.
   *
   * @param refused counts what came for such groups
   * @param most groups that a rule may have
   */
  RefusedGroups(Counter refused, int most) {
    this.refused = refused;
    this.most = most;
  }

  /** Something came for a group that was refused. */
  void count(AlertKey key) {
    refused.inc();
    if (named.first(key.ruleId())) {
      LOG.warn(
          "rule {} has {} groups in this task, as many as it may: further ones are not evaluated"
              + " ({} is the first of them)",
          key.ruleId(),
          most,
          key.group());
    }
  }
}
