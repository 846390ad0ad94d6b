package io.weir.sinks.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.xerial.snappy.Snappy;

/**
 * The message {@code WriteRequest} of remote write 1.0 (package {@code prometheus} of Prometheus'
 * {@code prompb/remote.proto} and {@code types.proto}), in snappy's block format.
 *
 * <p>Each sample is a {@code TimeSeries} of its own, in the order of the batch: a batch of a window
 * holds each series once anyway, and one sample can be left out without a change to the others.
 */
public final class WriteRequest {
  // Field numbers and wire types. WriteRequest.timeseries = 1, TimeSeries.samples = 2 (both of
  // length and content); Sample.value = 1 (64 bits), Sample.timestamp = 2 (varint).
  private static final byte TIME_SERIES = 0x0A;
  private static final byte SAMPLE = 0x12;
  private static final byte VALUE = 0x09;
  private static final byte TIMESTAMP = 0x10;

  private WriteRequest() {}

  /** Returns the compressed body of a request. */
  public static byte[] body(List<SeriesSample> samples) {
    try {
      return Snappy.compress(encode(samples));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the message before compression. */
  static byte[] encode(List<SeriesSample> samples) {
    long length = 0;
    for (SeriesSample sample : samples) {
      length += sizeOf(sample);
    }
    byte[] message = new byte[Math.toIntExact(length)];
    int at = 0;
    for (SeriesSample sample : samples) {
      message[at++] = TIME_SERIES;
      at = Protobuf.putVarint(seriesSize(sample), message, at);
      at = Protobuf.putBytes(sample.labels(), message, at);
      message[at++] = SAMPLE;
      at = Protobuf.putVarint(pointSize(sample), message, at);
      message[at++] = VALUE;
      at = Protobuf.putDouble(sample.value(), message, at);
      message[at++] = TIMESTAMP;
      at = Protobuf.putVarint(sample.timestampMillis(), message, at);
    }
    return message;
  }

  /** Returns how many bytes of the message a sample takes. */
  static long sizeOf(SeriesSample sample) {
    int series = seriesSize(sample);
    return 1L + Protobuf.varintSize(series) + series;
  }

  private static int seriesSize(SeriesSample sample) {
    int point = pointSize(sample);
    return sample.labels().length + 1 + Protobuf.varintSize(point) + point;
  }

  private static int pointSize(SeriesSample sample) {
    return 1 + Long.BYTES + 1 + Protobuf.varintSize(sample.timestampMillis());
  }
}
