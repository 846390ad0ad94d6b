package io.weir.operators.alerts;

/**
 * What waits in a slice of time.
 *
 * @param events how many events
 * @param earliestMillis time of the earliest of them
 */
public record EventSlice(int events, long earliestMillis) {}
