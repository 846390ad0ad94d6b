package io.weir.sinks.prometheus;

import io.weir.model.metric.Sample;
import java.io.Serializable;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/**
 * One sample on its way into Prometheus: the entry type of the sink. The labels are encoded once,
 * when the sample arrives; it takes part in every request as it is.
 *
 * <p>Serializable only because Flink's entry types have to be; state is written by {@link
 * SeriesSampleStateSerializer}.
 *
 * @param labels the labels as they stand in a remote-write request; see {@link SeriesLabels}
 * @param value any number; the bits of a NaN matter, one of them marks a stale series
 * @param timestampMillis epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // equality and hash code are written out below
public record SeriesSample(byte[] labels, double value, long timestampMillis)
    implements Serializable {

  private static final long serialVersionUID = 1;

  public SeriesSample {
    Objects.requireNonNull(labels, "labels");
  }

  /** Encodes a sample whose labels {@link SeriesLabels#problemOf} has found to be right. */
  public static SeriesSample of(Sample sample) {
    return new SeriesSample(SeriesLabels.encode(sample), sample.value(), sample.timestampMillis());
  }

  /** Returns the bytes this sample takes in a request before compression; constant. */
  long sizeInBytes() {
    return WriteRequest.sizeOf(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesSample that
        && Arrays.equals(labels, that.labels)
        && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(that.value)
        && timestampMillis == that.timestampMillis;
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(labels), value, timestampMillis);
  }

  /** {@code name{tag="value"} 1.5 at 2026-03-29T10:00:00Z}, for messages. */
  @Override
  public String toString() {
    return SeriesLabels.describe(labels)
        + " "
        + value
        + " at "
        + Instant.ofEpochMilli(timestampMillis);
  }
}
