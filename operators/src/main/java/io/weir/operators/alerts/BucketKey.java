package io.weir.operators.alerts;

/**
 * Names a bucket of a group.
 *
 * @param endMillis end of its time, which belongs to it
 * @param denominator whether it holds what stands below the line of a ratio
 * @param series text of the series where series are told apart, else empty
 */
public record BucketKey(long endMillis, boolean denominator, String series) {}
