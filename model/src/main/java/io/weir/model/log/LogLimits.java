package io.weir.model.log;

import java.time.Duration;

/**
 * Bounds that parsing applies to one record.
 *
 * @param maxRecordBytes a larger record is a dead letter
 * @param maxMessageChars a longer message is cut and flagged
 * @param maxFieldDepth deeper nesting of the fields is a dead letter
 * @param maxFutureSkew a timestamp further after the append time is replaced by it
 * @param hotRetention an event older than this before its append time goes to the archive only
 */
public record LogLimits(
    int maxRecordBytes,
    int maxMessageChars,
    int maxFieldDepth,
    Duration maxFutureSkew,
    Duration hotRetention) {

  /** 1 MiB records, 64 Ki character messages, depth 20, 10 minutes ahead, 30 days hot. */
  public static final LogLimits DEFAULT =
      new LogLimits(1 << 20, 1 << 16, 20, Duration.ofMinutes(10), Duration.ofDays(30));
}
