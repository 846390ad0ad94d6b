package io.weir.gateway.tail;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds of the tail.
 *
 * @param queueEvents live events that wait for one client
 * @param queueBytes bytes of them
 * @param maxQueuedBytes bytes that wait for all clients
 * @param heartbeat between two of them
 * @param flushInterval how long events are collected before clients are told of them, at most
 * @param maxSince how far back a stream may begin or go on
 * @param maxCatchUps clients for which the past is read at the same time
 * @param catchUpTimeout how long that may take for one of them
 * @param stallTimeout how long a client may take nothing meanwhile
 * @param maxUnfilteredRate records a second in the topic above which a service has to be named
 * @param maxPartitions partitions that one stream may watch
 * @param retry how soon a client may come again
 */
public record TailLimits(
    int queueEvents,
    long queueBytes,
    long maxQueuedBytes,
    Duration heartbeat,
    Duration flushInterval,
    Duration maxSince,
    int maxCatchUps,
    Duration catchUpTimeout,
    Duration stallTimeout,
    int maxUnfilteredRate,
    int maxPartitions,
    Duration retry) {
  public TailLimits {
    Objects.requireNonNull(heartbeat, "heartbeat");
    Objects.requireNonNull(flushInterval, "flushInterval");
    Objects.requireNonNull(maxSince, "maxSince");
    Objects.requireNonNull(catchUpTimeout, "catchUpTimeout");
    Objects.requireNonNull(stallTimeout, "stallTimeout");
    Objects.requireNonNull(retry, "retry");
  }
}
