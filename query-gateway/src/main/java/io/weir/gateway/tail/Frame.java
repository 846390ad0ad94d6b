package io.weir.gateway.tail;

import io.weir.model.log.LogEvent;
import java.util.Objects;
import java.util.Optional;

/**
 * One event of the stream as bytes: a first part that clients of the same partitions share, and the
 * rest, which all clients share. The arrays must not be changed.
 */
final class Frame {
  private final byte[] head;
  private final byte[] body;
  private final Optional<Mark> mark;

  /** Which log event a frame holds, for saying later that it was dropped. */
  record Mark(String topicCode, int partition, long offset, long timestampNanos) {
    static Mark of(LogEvent event) {
      return new Mark(event.topicCode(), event.partition(), event.offset(), event.timestampNanos());
    }
  }

  /**
   * @param head the line with the id, or nothing
   * @param mark empty for all but log events
   */
  Frame(byte[] head, byte[] body, Optional<Mark> mark) {
    this.head = Objects.requireNonNull(head, "head");
    this.body = Objects.requireNonNull(body, "body");
    this.mark = Objects.requireNonNull(mark, "mark");
  }

  byte[] head() {
    return head;
  }

  byte[] body() {
    return body;
  }

  Optional<Mark> mark() {
    return mark;
  }

  /** Returns the number of bytes. */
  int size() {
    return head.length + body.length;
  }
}
