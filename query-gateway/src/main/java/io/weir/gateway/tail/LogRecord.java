package io.weir.gateway.tail;

/**
 * One record of the topic of logs as it leaves Kafka.
 *
 * @param appendTimeMillis when Kafka took it, epoch milliseconds
 * @param value its bytes; null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way to the parser, never compared
public record LogRecord(int partition, long offset, long appendTimeMillis, byte[] value) {}
