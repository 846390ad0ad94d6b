package io.weir.gateway.tail;

import java.util.Objects;

/**
 * Events that a client was too slow for.
 *
 * @param count how many
 * @param first the first of them in the order of the stream
 * @param last the last of them
 */
record Dropped(long count, Frame.Mark first, Frame.Mark last) {
  Dropped {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(last, "last");
  }
}
