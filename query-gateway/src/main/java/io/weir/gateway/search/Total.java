package io.weir.gateway.search;

/**
 * How many events match.
 *
 * @param value the number
 * @param exact whether it is the number, or only known to be at least that many
 */
public record Total(long value, boolean exact) {}
