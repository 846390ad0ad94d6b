package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.Sample;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class WriteRequestTest {
  private static final List<SeriesSample> SAMPLES =
      List.of(
          SeriesSample.of(
              new Sample(
                  "http_requests_total",
                  Map.of("Zone", "\u00e9", "code", "500"),
                  1.5,
                  1_774_778_400_000L)),
          SeriesSample.of(new Sample("up", Map.of(), Double.NaN, -1)));

  /** The bytes were made by another encoder. */
  @Test
  void isTheMessageOfTheSchema() {
    assertThat(HexFormat.of().formatHex(WriteRequest.encode(SAMPLES)))
        .isEqualTo(
            "0a4c"
                + "0a0a0a045a6f6e651202c3a9"
                + "0a1f0a085f5f6e616d655f5f1213687474705f72657175657374735f746f74616c"
                + "0a0b0a04636f64651203353030"
                + "121009000000000000f83f1080faa4c8d333"
                + "0a26"
                + "0a0e0a085f5f6e616d655f5f12027570"
                + "121409000000000000f87f10ffffffffffffffffff01");
  }

  @Test
  void compressesToABlockOfSnappy() throws Exception {
    assertThat(Snappy.uncompress(WriteRequest.body(SAMPLES)))
        .isEqualTo(WriteRequest.encode(SAMPLES));
  }

  @Test
  void keepsTheBitsOfAStalenessMarker() {
    double stale = Double.longBitsToDouble(0x7ff0000000000002L);

    assertThat(
            HexFormat.of()
                .formatHex(WriteRequest.encode(List.of(new SeriesSample(new byte[0], stale, 1)))))
        .contains("09020000000000f07f");
  }

  @Test
  void knowsTheSizeOfEachSample() {
    LongStream.of(0, 1, 127, 128, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE)
        .forEach(
            time -> {
              for (int length : new int[] {0, 1, 100, 128, 20_000}) {
                SeriesSample sample = new SeriesSample(new byte[length], 1, time);
                assertThat(WriteRequest.encode(List.of(sample, sample)))
                    .hasSize((int) (2 * sample.sizeInBytes()));
              }
            });
  }

  @Test
  void describesASample() {
    assertThat(SAMPLES.get(0))
        .hasToString(
            "http_requests_total{Zone=\"\u00e9\",code=\"500\"} 1.5 at 2026-03-29T10:00:00Z");
    assertThat(new SeriesSample(new byte[0], 1, Long.MAX_VALUE))
        .hasToString(" 1.0 at +292278994-08-17T07:12:55.807Z");
  }
}
