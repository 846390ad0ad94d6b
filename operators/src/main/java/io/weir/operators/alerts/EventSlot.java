package io.weir.operators.alerts;

/**
 * Where an event waits.
 *
 * @param slice number of a slice of time
 * @param index from 0 on, in the order in which the events of the slice came
 */
public record EventSlot(long slice, int index) {}
