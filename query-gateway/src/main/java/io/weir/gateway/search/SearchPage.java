package io.weir.gateway.search;

import java.util.List;
import java.util.Optional;

/**
 * One page of a search.
 *
 * @param nextCursor for the next page; empty at the end
 * @param total matching events of the whole frozen range
 * @param partial whether events may be missing from this page
 * @param gaps whether failed shards were passed over on this page or one before
 * @param range the frozen range
 * @param warnings sentences for the reader, such as that retention has deleted part of the range
 */
public record SearchPage(
    List<LogHit> logs,
    Optional<String> nextCursor,
    Total total,
    boolean partial,
    boolean gaps,
    ShardReport shards,
    TimeRange range,
    List<String> warnings) {
  public SearchPage {
    logs = List.copyOf(logs);
    warnings = List.copyOf(warnings);
  }
}
