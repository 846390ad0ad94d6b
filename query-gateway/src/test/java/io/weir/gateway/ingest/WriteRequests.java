package io.weir.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes {@code prometheus.WriteRequest} as an agent would, and as none should. */
public final class WriteRequests {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Returns a request with one sample of one series. */
  public static byte[] of(String metric, double value, long timestampMillis) {
    return new WriteRequests()
        .series(List.of("__name__", metric, "host", "web-1"), new double[] {value}, timestampMillis)
        .bytes();
  }

  /** Adds a series whose samples are a second apart. */
  public WriteRequests series(List<String> labels, double[] values, long firstMillis) {
    ByteArrayOutputStream series = new ByteArrayOutputStream();
    for (int i = 0; i < labels.size(); i += 2) {
      ByteArrayOutputStream label = new ByteArrayOutputStream();
      field(label, 1, labels.get(i).getBytes(UTF_8));
      field(label, 2, labels.get(i + 1).getBytes(UTF_8));
      field(series, 1, label.toByteArray());
    }
    for (int i = 0; i < values.length; i++) {
      field(series, 2, sample(values[i], firstMillis + i * 1_000L));
    }
    field(bytes, 1, series.toByteArray());
    return this;
  }

  /** Adds a field of the request that is no series. */
  public WriteRequests unknown(int number, byte[] content) {
    field(bytes, number, content);
    return this;
  }

  /** Adds a series of one native histogram. */
  public WriteRequests histogram(String metric) {
    ByteArrayOutputStream label = new ByteArrayOutputStream();
    field(label, 1, "__name__".getBytes(UTF_8));
    field(label, 2, metric.getBytes(UTF_8));
    ByteArrayOutputStream series = new ByteArrayOutputStream();
    field(series, 1, label.toByteArray());
    field(series, 3, new byte[] {1});
    field(series, 4, new byte[] {8, 1});
    field(bytes, 1, series.toByteArray());
    return this;
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }

  private static byte[] sample(double value, long timestamp) {
    ByteArrayOutputStream sample = new ByteArrayOutputStream();
    sample.write(1 << 3 | 1);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < 8; i++) {
      sample.write((int) (bits >>> (8 * i)));
    }
    sample.write(2 << 3);
    varint(sample, timestamp);
    return sample.toByteArray();
  }

  private static void field(ByteArrayOutputStream to, int number, byte[] content) {
    varint(to, (long) number << 3 | 2);
    varint(to, content.length);
    to.writeBytes(content);
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      to.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    to.write((int) rest);
  }
}
