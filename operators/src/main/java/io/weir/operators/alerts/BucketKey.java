package io.weir.operators.alerts;

/**
 * Names a bucket of a group.
 *
 * @param endMillis end of its time, which belongs to it
 * @param denominator whether it holds what stands below the line of a ratio
 * @param series text of the series where series are told apart, else empty
 */
public record BucketKey(long endMillis, boolean denominator, String series) {

  /** As that of a record, but asked for every point. */
  @Override
  public boolean equals(Object other) {
    return other instanceof BucketKey that
        && endMillis == that.endMillis
        && denominator == that.denominator
        && series.equals(that.series);
  }

  @Override
  public int hashCode() {
    return (Long.hashCode(endMillis) * 31 + Boolean.hashCode(denominator)) * 31 + series.hashCode();
  }
}
