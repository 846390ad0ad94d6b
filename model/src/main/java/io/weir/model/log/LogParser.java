package io.weir.model.log;

import io.weir.model.kafka.RecordOrigin;

/**
 * Turns the bytes of one Kafka record into a log event or a dead letter. A pure function of its
 * arguments: a replay gives the same answer. Never throws for bad input. Not thread-safe.
 */
public interface LogParser {

  /**
   * Parses a record.
   *
   * @param value the record's value; null (a tombstone) is a dead letter
   * @param origin where the record stands in Kafka
   */
  ParsedLog parse(byte[] value, RecordOrigin origin);
}
