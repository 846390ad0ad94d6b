package io.weir.gateway.search;

import java.util.List;
import java.util.Optional;

/**
 * Answer to a {@link HitsRequest}.
 *
 * @param total present if counting was asked for
 */
public record Hits(List<LogHit> hits, Optional<Total> total, ShardReport shards) {
  public Hits {
    hits = List.copyOf(hits);
  }
}
