package io.weir.gateway.ingest;

import io.weir.model.log.LogLevel;
import java.util.List;
import java.util.Map;

/**
 * What became of a request's events: {@code accepted + rejected + shed} is their number.
 *
 * @param accepted acknowledged by Kafka
 * @param rejected not events that could be stored; sending them again does not help
 * @param shed given up under overload, by level; TRACE and DEBUG only
 */
public record IngestResult(int accepted, List<Rejection> rejected, Map<LogLevel, Integer> shed) {
  public IngestResult {
    rejected = List.copyOf(rejected);
    shed = Map.copyOf(shed);
  }

  /**
   * An event that was not taken.
   *
   * @param index 0-based, in the request
   * @param reason short code, the same as in a dead letter
   * @param detail one sentence with the field and the cause
   */
  public record Rejection(int index, String reason, String detail) {}
}
