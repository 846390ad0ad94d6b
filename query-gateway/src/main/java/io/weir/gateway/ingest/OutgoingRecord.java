package io.weir.gateway.ingest;

/**
 * One record on its way to Kafka.
 *
 * @param key what shares a partition: the service of an event (or a part of it, see {@link
 *     io.weir.model.kafka.PartitionSets}), the name of a point's metric
 * @param value the record's value
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record OutgoingRecord(String key, byte[] value) {}
