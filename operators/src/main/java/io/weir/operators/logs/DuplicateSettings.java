package io.weir.operators.logs;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;

/**
 * What {@link DropDuplicates} remembers.
 *
 * @param enabled whether duplicates are dropped; if not, everything passes and nothing is kept
 * @param horizon how much later than the first copy, by append time, a copy is dropped
 * @param maxIdsPerPartition most ids that are remembered of a partition; beyond it the oldest are
 *     forgotten before their time
 */
public record DuplicateSettings(boolean enabled, Duration horizon, int maxIdsPerPartition)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Most ids of a partition that can be asked for. */
  public static final int MOST_IDS = 1 << 26;

  public DuplicateSettings {
    requireNonNull(horizon, "horizon");
    if (horizon.toMillis() < 1) {
      throw new IllegalArgumentException("the horizon is " + horizon);
    }
    if (maxIdsPerPartition < 1 || maxIdsPerPartition > MOST_IDS) {
      throw new IllegalArgumentException("most ids of a partition are " + maxIdsPerPartition);
    }
  }
}
