package io.weir.harness.generate;

/**
 * One generated record.
 *
 * @param key Kafka key: the service's name in UTF-8
 * @param value the record's value; null for the poison {@link Poison#TOMBSTONE}
 * @param source the agent that the event pretends to come from; null for poison
 * @param sequence number of the event within its source, from 0 without gaps; -1 for poison
 * @param level severity as written; null for poison
 * @param poison what is wrong with the record, or null for a sound event
 * @param repeat whether the same event has been there before: its agent sends it again
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way to the producer, never compared
public record GeneratedLog(
    byte[] key,
    byte[] value,
    String source,
    long sequence,
    String level,
    Poison poison,
    boolean repeat) {}
