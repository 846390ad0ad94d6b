package io.weir.gateway.ingest;

/**
 * One event on its way to Kafka.
 *
 * @param service the record's key, so that events of one service share a partition
 * @param value the record's value: the event as the client wrote it, with an id
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record OutgoingLog(String service, byte[] value) {}
