package io.weir.sinks.elasticsearch;

import io.weir.sinks.support.Backoff;
import java.util.function.LongSupplier;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.ResultInfo;

/**
 * Decides how many requests may be under way and how large they may be, additive increase and
 * multiplicative decrease, and closes the gate for a while after Elasticsearch lacked capacity.
 *
 * <p>The gate stands here and not in the answer's handling because AsyncSink sends what failed
 * again as soon as it is told: a delay before telling would keep the request counted as under way,
 * and a checkpoint waits for all of those. Closed, the gate lets requests drain, so that a
 * checkpoint takes what failed into its state and completes.
 *
 * <p>What AsyncSink calls a failed entry can be one that is only sent elsewhere or in halves, so
 * congestion is reported by the writer ({@link #onCongestion}) and not read from {@link
 * ResultInfo}.
 *
 * <p>Failures of requests that were sent before the last decrease belong to the same event and do
 * not count again; {@link #epoch} tells. Used on the task's thread only.
 */
final class CongestionControl implements RateLimitingStrategy {
  private static final long SMALLEST_LIMIT = 64 * 1024;

  private final int maxInFlight;
  private final int maxBatchSize;
  private final Backoff backoff;
  private final LongSupplier clockMillis;

  private long byteCeiling;
  private long byteLimit;
  private double inFlightLimit;
  private int inFlight;
  private int failures;
  private long epoch;
  private long closedUntil = Long.MIN_VALUE;

  /**
   * Makes a control that starts with every limit at its maximum.
   *
   * @param maxInFlight most requests under way
   * @param maxBatchSize most documents in a request
   * @param maxBatchBytes most bytes in a request
   * @param backoff how long the gate stays closed
   * @param clockMillis processing time in milliseconds
   */
  CongestionControl(
      int maxInFlight,
      int maxBatchSize,
      long maxBatchBytes,
      Backoff backoff,
      LongSupplier clockMillis) {
    this.maxInFlight = maxInFlight;
    this.maxBatchSize = maxBatchSize;
    this.byteCeiling = maxBatchBytes;
    this.byteLimit = maxBatchBytes;
    this.inFlightLimit = maxInFlight;
    this.backoff = backoff;
    this.clockMillis = clockMillis;
  }

  @Override
  public boolean shouldBlock(RequestInfo request) {
    return inFlight >= (int) inFlightLimit || clockMillis.getAsLong() < closedUntil;
  }

  @Override
  public void registerInFlightRequest(RequestInfo request) {
    inFlight++;
  }

  @Override
  public void registerCompletedRequest(ResultInfo result) {
    inFlight--;
  }

  @Override
  public int getMaxBatchSize() {
    return maxBatchSize;
  }

  /** Returns the epoch to remember when a request is sent. */
  long epoch() {
    return epoch;
  }

  /** Returns how many requests are under way. */
  int inFlight() {
    return inFlight;
  }

  /** Returns how many requests may be under way now. */
  int inFlightLimit() {
    return (int) inFlightLimit;
  }

  /** Returns how many bytes a request may have now. */
  long byteLimit() {
    return byteLimit;
  }

  /** Returns how many failures in a row there were. */
  int failures() {
    return failures;
  }

  /**
   * Records that Elasticsearch could not take a request, or a part of it.
   *
   * @param sentInEpoch the {@link #epoch} when the request was sent
   * @param unanswered whether there was no answer at all, in which case the next request is smaller
   *     too: a bulk that is too large for a timeout would otherwise never arrive
   * @param progress whether a part of the request was taken, in which case the pause is short
   * @return when the gate opens, in processing time
   */
  long onCongestion(long sentInEpoch, boolean unanswered, boolean progress) {
    if (sentInEpoch == epoch) {
      epoch++;
      if (progress) {
        failures = 0;
      }
      inFlightLimit = Math.max(1, inFlightLimit / 2);
      if (unanswered) {
        byteLimit = Math.max(Math.min(SMALLEST_LIMIT, byteCeiling), byteLimit / 2);
      }
      closedUntil = clockMillis.getAsLong() + backoff.delayMillis(failures);
      failures++;
    }
    return closedUntil;
  }

  /** Records that a request was taken whole. */
  void onSuccess(long sentInEpoch) {
    if (sentInEpoch == epoch) {
      failures = 0;
      inFlightLimit = Math.min(maxInFlight, inFlightLimit + 1 / inFlightLimit);
      byteLimit = Math.min(byteCeiling, byteLimit * 2);
    }
  }

  /** Records that a request of this size was too large for the host: never again. */
  void onTooLarge(long requestBytes) {
    byteCeiling = Math.max(1, Math.min(byteCeiling, requestBytes / 2));
    byteLimit = Math.min(byteLimit, byteCeiling);
  }
}
