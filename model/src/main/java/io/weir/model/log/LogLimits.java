package io.weir.model.log;

import java.io.Serializable;
import java.time.Duration;

/**
 * Bounds that parsing applies to one record.
 *
 * @param maxRecordBytes a larger record is a dead letter
 * @param maxMessageChars a longer message is cut and flagged
 * @param maxFieldDepth deeper nesting of the fields is a dead letter; {@code {"a":{"b":1}}} has
 *     depth 2
 * @param maxFutureSkew a timestamp further after the append time is replaced by it
 * @param hotRetention an event older than this before its append time goes to the archive only
 */
public record LogLimits(
    int maxRecordBytes,
    int maxMessageChars,
    int maxFieldDepth,
    Duration maxFutureSkew,
    Duration hotRetention)
    implements Serializable {

  /** 1 MiB records, 64 Ki character messages, depth 20, 10 minutes ahead, 30 days hot. */
  public static final LogLimits DEFAULT =
      new LogLimits(1 << 20, 1 << 16, 20, Duration.ofMinutes(10), Duration.ofDays(30));

  /** Parsing recurses once for each level; Elasticsearch reads no more than 1,000. */
  private static final int DEPTH_CEILING = 500;

  public LogLimits {
    atLeastOne("maxRecordBytes", maxRecordBytes);
    atLeastOne("maxMessageChars", maxMessageChars);
    atLeastOne("maxFieldDepth", maxFieldDepth);
    if (maxFieldDepth > DEPTH_CEILING) {
      throw new IllegalArgumentException(
          "maxFieldDepth " + maxFieldDepth + " must be at most " + DEPTH_CEILING);
    }
    notNegative("maxFutureSkew", maxFutureSkew);
    notNegative("hotRetention", hotRetention);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " must be at least 1");
    }
  }

  private static void notNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " " + value + " must not be negative");
    }
  }
}
