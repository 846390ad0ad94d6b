package io.weir.gateway.ingest;

/**
 * One event on its way to Kafka.
 *
 * @param key the record's key, see {@link io.weir.model.kafka.PartitionSets}: events of one service
 *     share a partition, or those of one of its hosts do
 * @param value the record's value: the event as the client wrote it, with an id
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record OutgoingLog(String key, byte[] value) {}
