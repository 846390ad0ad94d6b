package io.weir.sinks.elasticsearch;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the sink batches, limits and repeats. Checked as a whole: every problem is listed.
 *
 * @param maxBatchSize most documents in a request
 * @param maxBatchSizeInBytes most bytes in a request
 * @param maxInFlightRequests most requests under way for one writer
 * @param maxBufferedRequests documents waiting in one writer at which it stops taking more; more
 *     than {@code maxBatchSize}
 * @param maxBufferedBytes bytes waiting in one writer at which it stops taking more
 * @param maxTimeInBufferMS longest time in milliseconds that a document waits for its batch to fill
 * @param maxRecordSizeInBytes a larger document goes to the dead letters
 * @param initialBackoff pause after the first failure for lack of capacity
 * @param maxBackoff longest such pause
 * @param maxUnexplainedAttempts how often a document may meet an error that speaks neither of
 *     capacity nor of the document, such as status 500
 * @param rejectionShare the share of documents, above 0 and at most 1, whose rejection for the same
 *     reason fails the job
 * @param rejectionMinimum least number of documents to judge that share by
 * @param compress whether request bodies are sent with gzip
 */
record BulkSettings(
    int maxBatchSize,
    long maxBatchSizeInBytes,
    int maxInFlightRequests,
    int maxBufferedRequests,
    long maxBufferedBytes,
    long maxTimeInBufferMS,
    long maxRecordSizeInBytes,
    Duration initialBackoff,
    Duration maxBackoff,
    int maxUnexplainedAttempts,
    double rejectionShare,
    int rejectionMinimum,
    boolean compress)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  BulkSettings {
    List<String> problems = new ArrayList<>();
    atLeastOne("maxBatchSize", maxBatchSize, problems);
    atLeastOne("maxBatchSizeInBytes", maxBatchSizeInBytes, problems);
    atLeastOne("maxInFlightRequests", maxInFlightRequests, problems);
    atLeastOne("maxTimeInBufferMS", maxTimeInBufferMS, problems);
    atLeastOne("maxRecordSizeInBytes", maxRecordSizeInBytes, problems);
    atLeastOne("maxUnexplainedAttempts", maxUnexplainedAttempts, problems);
    atLeastOne("rejectionMinimum", rejectionMinimum, problems);
    if (maxBufferedRequests <= maxBatchSize) {
      problems.add(
          "maxBufferedRequests "
              + maxBufferedRequests
              + " must be greater than maxBatchSize "
              + maxBatchSize);
    }
    if (maxBufferedBytes < maxBatchSizeInBytes) {
      problems.add(
          "maxBufferedBytes "
              + maxBufferedBytes
              + " must be at least maxBatchSizeInBytes "
              + maxBatchSizeInBytes);
    }
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
    if (!(rejectionShare > 0 && rejectionShare <= 1)) {
      problems.add("rejectionShare " + rejectionShare + " must be above 0 and at most 1");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Elasticsearch sink: " + String.join("; ", problems));
    }
  }

  private static void atLeastOne(String name, long value, List<String> problems) {
    if (value < 1) {
      problems.add(name + " " + value + " must be at least 1");
    }
  }
}
