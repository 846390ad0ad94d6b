package io.weir.sinks.elasticsearch;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of the documents of one batch. Unless there is a {@link #failure}, every document is
 * in exactly one of: stored, already stored, again, late, rejections.
 *
 * @param stored how many were stored
 * @param storedBytes how many bytes those took in the request
 * @param alreadyStored how many had been stored by an earlier attempt
 * @param again those to send again, slower
 * @param late those to send to their late index, already renamed
 * @param rejections those for the dead letters
 * @param unanswered whether a request got no answer at all
 * @param tooLargeBytes size of the smallest request that was refused as too large, 0 if none was
 * @param lastError the last error that Elasticsearch or the connection gave, or null
 * @param failure why the job must fail, or null
 */
record BulkOutcome(
    int stored,
    long storedBytes,
    int alreadyStored,
    List<BulkDocument> again,
    List<BulkDocument> late,
    List<Rejection> rejections,
    boolean unanswered,
    long tooLargeBytes,
    Problem lastError,
    Exception failure) {

  BulkOutcome {
    again = List.copyOf(again);
    late = List.copyOf(late);
    rejections = List.copyOf(rejections);
  }

  /**
   * A document that Elasticsearch will not take.
   *
   * @param document the document
   * @param reason reason code of the dead letter
   * @param error Elasticsearch's words
   */
  record Rejection(BulkDocument document, String reason, ErrorCause error) {}

  /**
   * An error and its status.
   *
   * @param status HTTP status, 0 where there was no answer
   * @param error what it says
   */
  record Problem(int status, ErrorCause error) {}

  /** Returns how many documents Elasticsearch decided about. */
  int decided() {
    return stored + alreadyStored + rejections.size();
  }

  /** Returns what became of a batch that was sent in two parts. */
  BulkOutcome plus(BulkOutcome other) {
    return new BulkOutcome(
        stored + other.stored,
        storedBytes + other.storedBytes,
        alreadyStored + other.alreadyStored,
        joined(again, other.again),
        joined(late, other.late),
        joined(rejections, other.rejections),
        unanswered || other.unanswered,
        smaller(tooLargeBytes, other.tooLargeBytes),
        other.lastError == null ? lastError : other.lastError,
        failure == null ? other.failure : failure);
  }

  private static <T> List<T> joined(List<T> left, List<T> right) {
    List<T> both = new ArrayList<>(left.size() + right.size());
    both.addAll(left);
    both.addAll(right);
    return both;
  }

  private static long smaller(long left, long right) {
    return left == 0 || right == 0 ? Math.max(left, right) : Math.min(left, right);
  }

  /** Collects an outcome document by document. */
  static final class Builder {
    private final List<BulkDocument> again = new ArrayList<>();
    private final List<BulkDocument> late = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private int stored;
    private long storedBytes;
    private int alreadyStored;
    private boolean unanswered;
    private long tooLargeBytes;
    private Problem lastError;
    private Exception failure;

    Builder stored(BulkDocument document) {
      stored++;
      storedBytes += document.sizeInBytes();
      return this;
    }

    Builder alreadyStored() {
      alreadyStored++;
      return this;
    }

    Builder again(BulkDocument document) {
      again.add(document);
      return this;
    }

    Builder late(BulkDocument document) {
      late.add(document);
      return this;
    }

    Builder rejected(BulkDocument document, RejectionReason reason, ErrorCause error) {
      rejections.add(new Rejection(document, reason.code(), error));
      return this;
    }

    Builder unanswered() {
      unanswered = true;
      return this;
    }

    Builder tooLarge(long requestBytes) {
      tooLargeBytes = requestBytes;
      return this;
    }

    Builder error(int status, ErrorCause error) {
      lastError = new Problem(status, error);
      return this;
    }

    /** The first failure counts. */
    Builder failed(Exception cause) {
      if (failure == null) {
        failure = cause;
      }
      return this;
    }

    BulkOutcome build() {
      return new BulkOutcome(
          stored,
          storedBytes,
          alreadyStored,
          again,
          late,
          rejections,
          unanswered,
          tooLargeBytes,
          lastError,
          failure);
    }
  }
}
