package io.weir.operators.metrics;

/**
 * Points that came for a window which their series had emitted.
 *
 * @param series text of the series
 * @param windowEndMillis end of the window
 * @param points how many
 */
public record LatePoints(String series, long windowEndMillis, long points) {}
