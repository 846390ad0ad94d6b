package io.weir.gateway.search;

import java.util.Optional;

/**
 * One request for events to the store.
 *
 * @param after only events behind this position, in the order given
 * @param size how many at most
 * @param countUpTo count matching events up to here; 0 counts nothing, which is cheapest
 * @param fieldsOnly the one structured field to return, or empty for the whole event
 */
public record HitsRequest(
    LogFilter filter,
    TimeRange range,
    SortOrder order,
    Optional<LogPosition> after,
    int size,
    int countUpTo,
    Optional<String> fieldsOnly) {}
