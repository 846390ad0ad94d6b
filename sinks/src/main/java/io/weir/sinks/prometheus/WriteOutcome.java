package io.weir.sinks.prometheus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What became of the samples of one batch. Unless there is a {@link #failure}, every sample is in
 * exactly one of: written, drops, again.
 *
 * @param requests how many requests it took
 * @param written how many samples the receiver took
 * @param writtenBytes how many bytes those were before compression
 * @param drops those that are never taken
 * @param again those to send again, in their order
 * @param lacksCapacity whether {@code again} is due to the receiver and calls for a pause;
 *     otherwise the batch was only taking too long
 * @param retryAfterMillis shortest pause that the receiver asked for
 * @param tooLargeBytes size of the smallest request that was refused as too large, 0 if none was
 * @param lastError the last error that the receiver or the connection gave, or null
 * @param failure why the job must fail, or null
 */
record WriteOutcome(
    int requests,
    int written,
    long writtenBytes,
    List<Drop> drops,
    List<SeriesSample> again,
    boolean lacksCapacity,
    long retryAfterMillis,
    long tooLargeBytes,
    Problem lastError,
    Exception failure) {

  WriteOutcome {
    drops = List.copyOf(drops);
    again = List.copyOf(again);
  }

  /**
   * A sample that is never taken.
   *
   * @param sample the sample
   * @param reason why
   * @param words the receiver's words
   */
  record Drop(SeriesSample sample, DropReason reason, String words) {}

  /**
   * An error and its status.
   *
   * @param status HTTP status, 0 where there was no answer
   * @param words what it says
   */
  record Problem(int status, String words) {
    @Override
    public String toString() {
      return status == 0 ? words : status + " " + words;
    }
  }

  /** Returns how many samples are done with. */
  int decided() {
    return written + drops.size();
  }

  /** Collects an outcome request by request. */
  static final class Builder {
    private final List<Drop> drops = new ArrayList<>();
    private final List<SeriesSample> again = new ArrayList<>();
    private int requests;
    private int written;
    private long writtenBytes;
    private boolean lacksCapacity;
    private long retryAfterMillis;
    private long tooLargeBytes;
    private Problem lastError;
    private Exception failure;

    void sent() {
      requests++;
    }

    void written(List<SeriesSample> samples) {
      written += samples.size();
      writtenBytes += bytes(samples);
    }

    void dropped(SeriesSample sample, DropReason reason, String words) {
      drops.add(new Drop(sample, reason, words));
    }

    void again(Collection<SeriesSample> samples) {
      again.addAll(samples);
    }

    void lacksCapacity(long retryAfter) {
      lacksCapacity = true;
      retryAfterMillis = retryAfter;
    }

    /** The smallest counts. */
    void tooLarge(List<SeriesSample> samples) {
      long size = bytes(samples);
      tooLargeBytes = tooLargeBytes == 0 ? size : Math.min(tooLargeBytes, size);
    }

    void error(int status, String words) {
      lastError = new Problem(status, words);
    }

    void failed(Exception cause) {
      failure = cause;
    }

    WriteOutcome build() {
      return new WriteOutcome(
          requests,
          written,
          writtenBytes,
          drops,
          again,
          lacksCapacity,
          retryAfterMillis,
          tooLargeBytes,
          lastError,
          failure);
    }

    private static long bytes(List<SeriesSample> samples) {
      long bytes = 0;
      for (SeriesSample sample : samples) {
        bytes += sample.sizeInBytes();
      }
      return bytes;
    }
  }
}
