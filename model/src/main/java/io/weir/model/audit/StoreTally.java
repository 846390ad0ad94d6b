package io.weir.model.audit;

import java.util.Objects;

/**
 * What became of some offsets in one store.
 *
 * @param stored found there
 * @param dead lacking, and a dead letter says why
 * @param missing lacking, and nothing says why
 * @param doubled there more than once
 */
public record StoreTally(long stored, long dead, OffsetRanges missing, OffsetRanges doubled) {
  /** Nothing. */
  public static final StoreTally NONE = new StoreTally(0, 0, OffsetRanges.NONE, OffsetRanges.NONE);

  public StoreTally {
    Objects.requireNonNull(missing, "missing");
    Objects.requireNonNull(doubled, "doubled");
  }

  /** Returns the tally of these offsets and of others, with all their ranges. */
  public StoreTally plus(StoreTally other) {
    return new StoreTally(
        stored + other.stored,
        dead + other.dead,
        missing.union(other.missing),
        doubled.union(other.doubled));
  }

  /**
   * Returns this tally with no more ranges of each kind than a report tells; others are counted.
   */
  StoreTally bounded() {
    return new StoreTally(
        stored, dead, missing.head(OffsetRanges.MAX_RANGES), doubled.head(OffsetRanges.MAX_RANGES));
  }

  /** Returns whether nothing is missing and nothing is doubled. */
  public boolean complete() {
    return missing.isEmpty() && doubled.isEmpty();
  }

  /** Returns this tally with other missing offsets. */
  public StoreTally withMissing(OffsetRanges others) {
    return new StoreTally(stored, dead, others, doubled);
  }
}
