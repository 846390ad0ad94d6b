package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.PrometheusNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/**
 * Series of known values, written into a Prometheus by remote write. The request is made here and
 * not by product code, whose reader it is to prove.
 */
public final class PushedSamples {
  private static final int STEP_MILLIS = 15_000;

  private final ByteArrayOutputStream request = new ByteArrayOutputStream();

  /** Adds a series with a value each 15 s. */
  public PushedSamples series(
      String metric,
      Map<String, String> tags,
      long firstMillis,
      int samples,
      IntToDoubleFunction value) {
    ByteArrayOutputStream series = new ByteArrayOutputStream();
    TreeMap<String, String> labels = new TreeMap<>(tags);
    labels.put("__name__", metric);
    labels.forEach(
        (name, text) -> {
          ByteArrayOutputStream label = new ByteArrayOutputStream();
          field(label, 1, name.getBytes(UTF_8));
          field(label, 2, text.getBytes(UTF_8));
          field(series, 1, label.toByteArray());
        });
    for (int i = 0; i < samples; i++) {
      ByteArrayOutputStream sample = new ByteArrayOutputStream();
      sample.write(1 << 3 | 1);
      long bits = Double.doubleToRawLongBits(value.applyAsDouble(i));
      for (int shift = 0; shift < 64; shift += 8) {
        sample.write((int) (bits >>> shift));
      }
      sample.write(2 << 3);
      varint(sample, firstMillis + (long) i * STEP_MILLIS);
      field(series, 2, sample.toByteArray());
    }
    field(request, 1, series.toByteArray());
    return this;
  }

  /** Writes all series. */
  public void push(PrometheusNode prometheus) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(prometheus.remoteWriteUri())
                    .header("Content-Type", "application/x-protobuf")
                    .header("Content-Encoding", "snappy")
                    .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(uncompressed()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
  }

  /** A snappy block of nothing but literals, which the format allows. */
  private byte[] uncompressed() {
    byte[] bytes = request.toByteArray();
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    varint(block, bytes.length);
    for (int from = 0; from < bytes.length; from += 65_536) {
      int length = Math.min(65_536, bytes.length - from);
      block.write(61 << 2);
      block.write(length - 1);
      block.write((length - 1) >>> 8);
      block.write(bytes, from, length);
    }
    return block.toByteArray();
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
