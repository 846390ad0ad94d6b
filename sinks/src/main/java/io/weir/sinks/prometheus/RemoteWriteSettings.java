package io.weir.sinks.prometheus;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the sink batches, limits and repeats. Checked as a whole: every problem is listed. Sizes are
 * before compression.
 *
 * @param maxBatchSize most samples in a request
 * @param maxBatchSizeInBytes most bytes in a request
 * @param maxBufferedRequests samples waiting in one writer at which it stops taking more; more than
 *     {@code maxBatchSize}
 * @param maxBufferedBytes bytes waiting in one writer at which it stops taking more
 * @param maxTimeInBufferMS longest time in milliseconds that a sample waits for its batch to fill
 * @param maxRecordSizeInBytes a larger sample is dropped and counted
 * @param initialBackoff pause after the first failure for lack of capacity
 * @param maxBackoff longest such pause
 * @param maxRejectionsInARow how many samples in a row may be refused for a reason that is not a
 *     known one, until the job fails
 * @param tooOldByTime whether a sample that is no newer than one that is too old counts as too old
 */
record RemoteWriteSettings(
    int maxBatchSize,
    long maxBatchSizeInBytes,
    int maxBufferedRequests,
    long maxBufferedBytes,
    long maxTimeInBufferMS,
    long maxRecordSizeInBytes,
    Duration initialBackoff,
    Duration maxBackoff,
    int maxRejectionsInARow,
    boolean tooOldByTime)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  RemoteWriteSettings {
    List<String> problems = new ArrayList<>();
    atLeast(1, "maxBatchSize", maxBatchSize, problems);
    atLeast(1, "maxBatchSizeInBytes", maxBatchSizeInBytes, problems);
    atLeast(maxBatchSize + 1L, "maxBufferedRequests", maxBufferedRequests, problems);
    atLeast(maxBatchSizeInBytes, "maxBufferedBytes", maxBufferedBytes, problems);
    atLeast(1, "maxTimeInBufferMS", maxTimeInBufferMS, problems);
    atLeast(1, "maxRecordSizeInBytes", maxRecordSizeInBytes, problems);
    atLeast(1, "maxRejectionsInARow", maxRejectionsInARow, problems);
    if (maxRecordSizeInBytes > maxBatchSizeInBytes) {
      problems.add(
          "maxRecordSizeInBytes "
              + maxRecordSizeInBytes
              + " must be at most maxBatchSizeInBytes "
              + maxBatchSizeInBytes);
    }
    if (initialBackoff.toMillis() < 1 || maxBackoff.compareTo(initialBackoff) < 0) {
      problems.add(
          "backoff must be at least 1 ms and must not fall: from "
              + initialBackoff
              + " to "
              + maxBackoff);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("remote-write sink: " + String.join("; ", problems));
    }
  }

  private static void atLeast(long minimum, String name, long value, List<String> problems) {
    if (value < minimum) {
      problems.add(name + " " + value + " must be at least " + minimum);
    }
  }
}
