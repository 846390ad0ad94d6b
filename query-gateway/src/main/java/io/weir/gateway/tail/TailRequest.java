package io.weir.gateway.tail;

import io.weir.gateway.search.LogFilter;
import java.util.Objects;
import java.util.Optional;

/**
 * What a client asks for.
 *
 * @param since where to begin, as it was written: a span such as {@code 10m}, or a time
 * @param lastEventId the last id that the client got; it wins over {@code since}
 */
public record TailRequest(LogFilter filter, Optional<String> since, Optional<String> lastEventId) {
  public TailRequest {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(lastEventId, "lastEventId");
  }
}
