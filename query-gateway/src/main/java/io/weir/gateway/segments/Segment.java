package io.weir.gateway.segments;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A bounded chunk of what is stored: an index or a file of the archive.
 *
 * @param name of the index, or path of the file below the archive's root
 * @param from earliest event time that may lie in it; empty if any may
 * @param to end (exclusive) of the event times that may lie in it; empty if any may
 * @param service whose events it holds, if it is one service's
 * @param documents how many; empty if it could not be told
 * @param bytes size
 * @param health of an index, as the store calls it
 */
public record Segment(
    Tier tier,
    String name,
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<String> service,
    Optional<Long> documents,
    Optional<Long> bytes,
    Optional<String> health) {

  /** Where it is kept. */
  public enum Tier {
    HOT,
    COLD
  }

  public Segment {
    Objects.requireNonNull(tier, "tier");
    Objects.requireNonNull(name, "name");
  }
}
