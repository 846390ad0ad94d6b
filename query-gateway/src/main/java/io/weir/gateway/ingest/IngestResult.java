package io.weir.gateway.ingest;

import io.weir.model.log.LogLevel;
import java.util.List;
import java.util.Map;

/**
 * What became of a request's events or points: {@code accepted + rejected + shed + skipped} is
 * their number.
 *
 * @param accepted acknowledged by Kafka
 * @param rejected could never be stored; sending them again does not help
 * @param shed given up under overload, by level; TRACE and DEBUG only
 * @param skipped say nothing that is stored, by reason; only remote write and OTLP have such
 *     samples
 */
public record IngestResult(
    int accepted,
    List<Rejection> rejected,
    Map<LogLevel, Integer> shed,
    Map<String, Integer> skipped) {
  public IngestResult {
    rejected = List.copyOf(rejected);
    shed = Map.copyOf(shed);
    skipped = Map.copyOf(skipped);
  }

  /**
   * An event or point that was not taken.
   *
   * @param index 0-based, in the request
   * @param reason short code, for an event the same as in a dead letter
   * @param detail one sentence with the field and the cause
   */
  public record Rejection(int index, String reason, String detail) {}
}
