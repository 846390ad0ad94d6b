package io.weir.sinks.prometheus;

import io.weir.sinks.support.Backoff;
import java.util.function.LongSupplier;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.ResultInfo;

/**
 * Lets one batch through at a time, so that the samples of a series arrive in order, and closes for
 * a while after the receiver lacked capacity.
 *
 * <p>The pause stands here and not in the answer's handling because AsyncSink sends what failed
 * again as soon as it is told: a delay before telling would keep the request counted as under way,
 * and a checkpoint waits for all of those. Closed, the gate lets a checkpoint take what failed into
 * its state and complete. Used on the task's thread only.
 */
final class WriteGate implements RateLimitingStrategy {
  private final int maxBatchSize;
  private final Backoff backoff;
  private final LongSupplier clockMillis;

  private long byteLimit;
  private int inFlight;
  private int failures;
  private long closedUntil = Long.MIN_VALUE;

  /**
   * Makes an open gate.
   *
   * @param maxBatchSize most samples in a request
   * @param maxBatchBytes most bytes in a request, before compression
   * @param backoff how long it stays closed
   * @param clockMillis processing time in milliseconds
   */
  WriteGate(int maxBatchSize, long maxBatchBytes, Backoff backoff, LongSupplier clockMillis) {
    this.maxBatchSize = maxBatchSize;
    this.byteLimit = maxBatchBytes;
    this.backoff = backoff;
    this.clockMillis = clockMillis;
  }

  @Override
  public boolean shouldBlock(RequestInfo request) {
    return inFlight > 0 || clockMillis.getAsLong() < closedUntil;
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

  /** Returns how many failures in a row there were. */
  int failures() {
    return failures;
  }

  /** Returns how many bytes a request may have now. */
  long byteLimit() {
    return byteLimit;
  }

  /**
   * Closes for a while after the receiver could not take a batch.
   *
   * @param atLeastMillis what the receiver asked for
   * @param progress whether a part of the batch was taken, in which case the pause is short
   * @return when the gate opens, in processing time
   */
  long pause(long atLeastMillis, boolean progress) {
    if (progress) {
      failures = 0;
    }
    closedUntil = clockMillis.getAsLong() + Math.max(atLeastMillis, backoff.delayMillis(failures));
    failures++;
    return closedUntil;
  }

  /**
   * Closes for a moment, so that a checkpoint that waits for the request under way can pass.
   *
   * @return when the gate opens, in processing time
   */
  long breathe() {
    closedUntil = clockMillis.getAsLong() + 1;
    return closedUntil;
  }

  /** Records that a batch was taken whole, but for what is never taken. */
  void onSuccess() {
    failures = 0;
  }

  /** Records that a request of this size was too large for the receiver: never again. */
  void onTooLarge(long requestBytes) {
    byteLimit = Math.max(1, Math.min(byteLimit, requestBytes / 2));
  }
}
