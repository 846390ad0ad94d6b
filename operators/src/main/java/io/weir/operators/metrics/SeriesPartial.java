package io.weir.operators.metrics;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What one subtask has seen of one series in one window.
 *
 * @param series text of the series, its identity; see {@link
 *     io.weir.model.metric.MetricPoint#series()}
 * @param windowEndMillis end of the window
 * @param aggregate bytes of the aggregate, after a byte with the version of their form
 */
public record SeriesPartial(String series, long windowEndMillis, byte[] aggregate) {
  private static final int VERSION = 1;

  public SeriesPartial {
    requireNonNull(series, "series");
    requireNonNull(aggregate, "aggregate");
  }

  static SeriesPartial of(
      String series, long windowEndMillis, WindowAggregate aggregate, DataOutputSerializer buffer) {
    try {
      buffer.clear();
      buffer.writeByte(VERSION);
      aggregate.write(buffer);
      return new SeriesPartial(series, windowEndMillis, buffer.getCopyOfBuffer());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // unreachable: the buffer is memory
    }
  }

  WindowAggregate toAggregate(DataInputDeserializer buffer) {
    try {
      buffer.setBuffer(aggregate);
      int version = buffer.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "aggregate of version " + version + ", this job knows " + VERSION);
      }
      return WindowAggregate.read(buffer);
    } catch (IOException e) {
      throw new UncheckedIOException("the aggregate of " + series + " is malformed", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesPartial that
        && series.equals(that.series)
        && windowEndMillis == that.windowEndMillis
        && Arrays.equals(aggregate, that.aggregate);
  }

  @Override
  public int hashCode() {
    return (series.hashCode() * 31 + Long.hashCode(windowEndMillis)) * 31
        + Arrays.hashCode(aggregate);
  }
}
