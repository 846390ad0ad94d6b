package io.weir.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.config.TestingConfig;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteWriteReaderTest {
  private static final long T10 = 1_774_778_400_000L;

  private final RemoteWriteReader reader =
      new RemoteWriteReader(
          TestingConfig.with(
                  "ingest.max-events", "100",
                  "ingest.max-body-bytes", "100000",
                  "ingest.max-inflated-bytes", "200000")
              .ingest());

  @Test
  void makesAPointOfEachSampleUnderTheNameOfTheMetric() {
    Batch batch =
        read(
            new WriteRequests()
                .series(
                    List.of("__name__", "up", "job", "node", "empty", ""), new double[] {1, 0}, T10)
                .unknown(3, new byte[] {8, 1}));
    assertThat(points(batch))
        .containsExactly(
            new MetricPoint("up", 1, T10, Map.of("job", "node"), MetricType.GAUGE),
            new MetricPoint("up", 0, T10 + 1_000, Map.of("job", "node"), MetricType.GAUGE));
    assertThat(batch.outgoing().get(0).key()).isEqualTo("up");
  }

  @ParameterizedTest
  @CsvSource({
    "http_requests_total, 1, COUNTER",
    "latency_count, 0, COUNTER",
    "latency_sum, 1.5, COUNTER",
    "latency_bucket, 2, COUNTER",
    "latency_sum, -1.5, GAUGE",
    "temperature, 20, GAUGE",
    "total, 20, GAUGE"
  })
  void tellsCountersByTheirNames(String metric, double value, MetricType type) {
    assertThat(RemoteWriteReader.typeOf(metric, value)).isEqualTo(type);
  }

  @Test
  void skipsWhatIsNoPointAndCountsIt() {
    double stale = Double.longBitsToDouble(RemoteWriteReader.STALE_NAN);
    IngestResult result =
        read(new WriteRequests()
                .series(
                    List.of("__name__", "a"),
                    new double[] {stale, Double.NaN, Double.POSITIVE_INFINITY, 4},
                    T10)
                .histogram("h"))
            .result(Map.of());
    assertThat(result.accepted()).isOne();
    assertThat(result.rejected()).isEmpty();
    assertThat(result.skipped())
        .isEqualTo(Map.of("stale_marker", 1, "not_finite", 2, "native_histogram", 1));
  }

  @Test
  void rejectsSamplesThatCanNeverBeStoredAndTakesTheOthers() {
    IngestResult result =
        read(new WriteRequests()
                .series(List.of("job", "nameless"), new double[] {1}, T10)
                .series(List.of("__name__", "a", "__x", "y"), new double[] {1}, T10)
                .series(List.of("__name__", "a", "x.y", "1", "x_y", "2"), new double[] {1}, T10)
                .series(List.of("__name__", "a", "x", "v".repeat(1_025)), new double[] {1}, T10)
                .series(List.of("__name__", "a"), new double[] {1}, 5)
                .series(List.of("__name__", "a"), new double[] {1}, T10))
            .result(Map.of());
    assertThat(result.accepted()).isOne();
    assertThat(result.rejected())
        .extracting(IngestResult.Rejection::detail)
        .containsExactly(
            "there is no label __name__",
            "'__x' is no name of a tag",
            "two labels have the name x_y",
            "x has more than 1024 characters",
            "5 ms is not between the years 1973 and 5138");
    assertThat(result.rejected())
        .extracting(IngestResult.Rejection::index)
        .containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void boundsTheSamplesAndWhatTheyBecome() {
    assertThatExceptionOfType(BodyTooLargeException.class)
        .isThrownBy(
            () -> read(new WriteRequests().series(List.of("__name__", "a"), new double[101], T10)))
        .withMessageContaining("more than 100 samples");
    WriteRequests longLabels = new WriteRequests();
    longLabels.series(
        List.of(
            "__name__",
            "a",
            "b",
            "v".repeat(1_000),
            "c",
            "v".repeat(1_000),
            "d",
            "v".repeat(1_000)),
        new double[100],
        T10);
    assertThat(longLabels.bytes().length).isLessThan(10_000);
    assertThatExceptionOfType(BodyTooLargeException.class)
        .isThrownBy(() -> read(longLabels))
        .withMessageContaining("larger than 200000 bytes");
  }

  @Test
  void refusesBytesThatAreNoMessage() {
    for (byte[] body :
        List.of(
            "{\"points\":[]}".getBytes(UTF_8),
            new byte[] {10, 100, 1},
            new byte[] {10, (byte) 0x80},
            new byte[] {0},
            new byte[] {10, 4, 18, 2, 9, 1},
            new byte[] {10, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F})) {
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> reader.read(body, Optional.empty(), 0, Caller.ANYONE))
          .withMessageContaining("is no prometheus.WriteRequest");
    }
  }

  @Property(tries = 2_000)
  void neverFailsInAnotherWay(@ForAll @Size(max = 200) byte[] body) {
    try {
      reader.read(body, Optional.empty(), 0, Caller.ANYONE);
    } catch (InvalidRequestException | BodyTooLargeException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @Property(tries = 500)
  void survivesADamagedByteAnywhere(@ForAll int at, @ForAll byte with) {
    byte[] body = WriteRequests.of("up", 1, T10);
    body[Math.floorMod(at, body.length)] = with;
    try {
      points(reader.read(body, Optional.empty(), 0, Caller.ANYONE));
    } catch (InvalidRequestException | BodyTooLargeException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  private Batch read(WriteRequests request) {
    return reader.read(request.bytes(), Optional.empty(), 0, Caller.ANYONE);
  }

  /** What the metrics job will read. */
  private static List<MetricPoint> points(Batch batch) {
    return batch.outgoing().stream().map(record -> MetricPointJson.decode(record.value())).toList();
  }
}
