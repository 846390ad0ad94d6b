package io.weir.gateway.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.ingest.BodyReader;
import io.weir.gateway.ingest.BodyTooLargeException;
import io.weir.gateway.ingest.ContentEncoding;
import io.weir.gateway.ingest.IngestResult;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.TestingPublisher;
import io.weir.model.json.MetricPointJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Export requests of metrics, in both encodings, up to what is put into Kafka. */
class OtlpMetricReaderTest {
  private static final long T10 = 1_774_778_400_123_000_000L;
  private static final AggregationTemporality CUMULATIVE =
      AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
  private static final AggregationTemporality DELTA =
      AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;

  private final GatewayConfig.Ingest limits =
      TestingConfig.with("ingest.max-events", "50", "ingest.max-inflated-bytes", "1MiB").ingest();
  private final TestingPublisher publisher = new TestingPublisher();
  private final MemoryBudget budget = new MemoryBudget(64 << 20);

  @Test
  void eachKindOfNumberBecomesThePointThatItIs() {
    protobuf(
        gauge("process.cpu.utilization", "1", number(0.5)),
        sum("http.server.requests", "{request}", CUMULATIVE, true, number(7)),
        sum("queue.bytes", "By", CUMULATIVE, false, number(-3)),
        sum("jobs", "", DELTA, true, number(2)));
    assertThat(points())
        .containsExactly(
            "process_cpu_utilization_ratio{host=\"web-1\",service=\"pay\"} 0.5 GAUGE",
            "http_server_requests_total{host=\"web-1\",service=\"pay\"} 7.0 COUNTER",
            "queue_bytes{host=\"web-1\",service=\"pay\"} -3.0 GAUGE",
            "jobs_total{host=\"web-1\",service=\"pay\"} 2.0 DELTA");
    assertThat(publisher.published().get(1).key()).isEqualTo("http_server_requests_total");
    assertThat(MetricPointJson.decode(publisher.published().get(0).value()).timestampMillis())
        .isEqualTo(T10 / 1_000_000);
  }

  @Test
  void namesAreThoseThatPrometheusGives() {
    assertThat(OtlpNames.metric("http.server.request.duration", "s", OtlpNames.Kind.OTHER))
        .isEqualTo("http_server_request_duration_seconds");
    assertThat(OtlpNames.metric("wait_seconds", "s", OtlpNames.Kind.GAUGE))
        .isEqualTo("wait_seconds");
    assertThat(OtlpNames.metric("net.io", "By/s", OtlpNames.Kind.GAUGE))
        .isEqualTo("net_io_bytes_per_second");
    assertThat(OtlpNames.metric("total.things", "1", OtlpNames.Kind.COUNTER))
        .isEqualTo("things_total");
    assertThat(OtlpNames.metric("a:b", "", OtlpNames.Kind.GAUGE)).isEqualTo("a:b");
    assertThat(OtlpNames.metric("caf\u00e9", "widgets", OtlpNames.Kind.GAUGE))
        .isEqualTo("caf_widgets");
    assertThat(OtlpNames.metric("4xx", "", OtlpNames.Kind.GAUGE)).isEqualTo("_4xx");
    assertThat(OtlpNames.metric("...", "", OtlpNames.Kind.GAUGE)).isNull();
    assertThat(OtlpNames.metric("x".repeat(201), "", OtlpNames.Kind.GAUGE)).isNull();
    assertThat(OtlpNames.tag("http.route")).isEqualTo("http_route");
    assertThat(OtlpNames.tag("__name__")).isEqualTo("key__name__");
  }

  @Test
  void tagsTellResourcesApartAndLoseNoAttribute() {
    Resource resource =
        Resource.newBuilder()
            .addAttributes(pair("service.name", "pay"))
            .addAttributes(pair("service.instance.id", "i-1"))
            .addAttributes(pair("k8s.pod.name", "pay-0"))
            .addAttributes(pair("os.type", "linux"))
            .build();
    NumberDataPoint point =
        NumberDataPoint.newBuilder()
            .setTimeUnixNano(T10)
            .setAsInt(1)
            .addAttributes(pair("service", "backend"))
            .addAttributes(pair("http.route", "/a"))
            .addAttributes(pair("http_route", "/b"))
            .addAttributes(pair("empty", ""))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("code")
                    .setValue(AnyValue.newBuilder().setIntValue(200)))
            .build();
    ingest(OtlpMetricReader.protobuf(limits), request(resource, gauge("m", "", point)));
    assertThat(points())
        .containsExactly(
            "m{code=\"200\",exported_service=\"backend\",http_route=\"/a;/b\",instance=\"i-1\","
                + "pod=\"pay-0\",service=\"pay\"} 1.0 GAUGE",
            "target_info{instance=\"i-1\",os_type=\"linux\",pod=\"pay-0\",service=\"pay\"} 1.0"
                + " GAUGE");
  }

  @Test
  void histogramsBecomeTheClassicSeries() {
    HistogramDataPoint point =
        HistogramDataPoint.newBuilder()
            .setTimeUnixNano(T10)
            .setCount(6)
            .setSum(12.5)
            .setMin(0.001)
            .setMax(9)
            .addAllExplicitBounds(List.of(0.00001, 1.0, 2.5))
            .addAllBucketCounts(List.of(1L, 2L, 0L, 3L))
            .addExemplars(Exemplar.getDefaultInstance())
            .build();
    IngestResult result =
        protobuf(
            Metric.newBuilder()
                .setName("rtt")
                .setUnit("ms")
                .setHistogram(
                    Histogram.newBuilder()
                        .setAggregationTemporality(CUMULATIVE)
                        .addDataPoints(point))
                .build());
    String tags = "host=\"web-1\",le=\"%s\",service=\"pay\"";
    assertThat(points())
        .containsExactly(
            "rtt_milliseconds_bucket{" + String.format(tags, "0.00001") + "} 1.0 COUNTER",
            "rtt_milliseconds_bucket{" + String.format(tags, "1") + "} 3.0 COUNTER",
            "rtt_milliseconds_bucket{" + String.format(tags, "2.5") + "} 3.0 COUNTER",
            "rtt_milliseconds_bucket{" + String.format(tags, "+Inf") + "} 6.0 COUNTER",
            "rtt_milliseconds_count{host=\"web-1\",service=\"pay\"} 6.0 COUNTER",
            "rtt_milliseconds_sum{host=\"web-1\",service=\"pay\"} 12.5 COUNTER",
            "rtt_milliseconds_min{host=\"web-1\",service=\"pay\"} 0.001 GAUGE",
            "rtt_milliseconds_max{host=\"web-1\",service=\"pay\"} 9.0 GAUGE");
    assertThat(result.skipped()).containsEntry("exemplar", 1);
  }

  @Test
  void exponentialHistogramsAreMergedUpToPowersOfTwo() {
    // Scale 1: two buckets in each octave; offset 1 is (2^0.5, 2], then (2, 2^1.5], (2^1.5, 4].
    ExponentialHistogramDataPoint fine =
        exponential(1, 8).setZeroCount(2).setPositive(buckets(1, 1, 2, 3)).setSum(20).build();
    // Scale -1: bucket 0 is (1, 4]; below zero [-4, -1).
    ExponentialHistogramDataPoint coarse =
        exponential(-1, 5).setPositive(buckets(0, 4)).setNegative(buckets(0, 1)).build();
    protobuf(exponential("fine", CUMULATIVE, fine), exponential("coarse", DELTA, coarse));
    assertThat(points().stream().map(text -> text.replace(",service=\"pay\"", "")))
        .containsExactly(
            "fine_bucket{host=\"web-1\",le=\"0\"} 2.0 COUNTER",
            "fine_bucket{host=\"web-1\",le=\"2\"} 3.0 COUNTER",
            "fine_bucket{host=\"web-1\",le=\"4\"} 8.0 COUNTER",
            "fine_bucket{host=\"web-1\",le=\"+Inf\"} 8.0 COUNTER",
            "fine_count{host=\"web-1\"} 8.0 COUNTER",
            "fine_sum{host=\"web-1\"} 20.0 COUNTER",
            "coarse_bucket{host=\"web-1\",le=\"-1\"} 1.0 DELTA",
            "coarse_bucket{host=\"web-1\",le=\"4\"} 5.0 DELTA",
            "coarse_bucket{host=\"web-1\",le=\"+Inf\"} 5.0 DELTA",
            "coarse_count{host=\"web-1\"} 5.0 DELTA");
  }

  @Test
  void summariesKeepTheirQuantiles() {
    SummaryDataPoint point =
        SummaryDataPoint.newBuilder()
            .setTimeUnixNano(T10)
            .setCount(4)
            .setSum(10)
            .addQuantileValues(
                SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(0.99).setValue(3))
            .build();
    protobuf(
        Metric.newBuilder()
            .setName("s")
            .setSummary(Summary.newBuilder().addDataPoints(point))
            .build());
    assertThat(points())
        .containsExactly(
            "s{host=\"web-1\",quantile=\"0.99\",service=\"pay\"} 3.0 GAUGE",
            "s_count{host=\"web-1\",service=\"pay\"} 4.0 COUNTER",
            "s_sum{host=\"web-1\",service=\"pay\"} 10.0 COUNTER");
  }

  @Test
  void whatCannotBeAPointIsRejectedByItselfWithTheReason() {
    NumberDataPoint timeless = NumberDataPoint.newBuilder().setAsInt(1).build();
    NumberDataPoint early = NumberDataPoint.newBuilder().setAsInt(1).setTimeUnixNano(5).build();
    NumberDataPoint nothing = NumberDataPoint.newBuilder().setTimeUnixNano(T10).build();
    NumberDataPoint longTag =
        number(1).toBuilder().addAttributes(pair("a", "x".repeat(2000))).build();
    HistogramDataPoint crooked =
        HistogramDataPoint.newBuilder()
            .setTimeUnixNano(T10)
            .setCount(3)
            .addAllExplicitBounds(List.of(1.0))
            .addAllBucketCounts(List.of(1L, 1L))
            .build();
    IngestResult result =
        protobuf(
            gauge("g", "", timeless, early, nothing, longTag, number(1)),
            sum("fell", "", CUMULATIVE, true, number(-1)),
            sum("updown", "", DELTA, false, number(1)),
            sum(
                "unsaid",
                "",
                AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED,
                true,
                number(1)),
            gauge("", "", number(1)),
            Metric.newBuilder()
                .setName("h")
                .setHistogram(
                    Histogram.newBuilder()
                        .setAggregationTemporality(CUMULATIVE)
                        .addDataPoints(crooked))
                .build());
    assertThat(result.rejected().stream().map(IngestResult.Rejection::reason))
        .containsExactly(
            "invalid_timestamp",
            "invalid_timestamp",
            "invalid_value",
            "invalid_tags",
            "invalid_value",
            "invalid_temporality",
            "invalid_temporality",
            "invalid_metric",
            "invalid_buckets");
    assertThat(result.rejected().get(8).detail())
        .isEqualTo("h: the buckets have 2 values, the histogram 3");
    assertThat(points()).containsExactly("g{host=\"web-1\",service=\"pay\"} 1.0 GAUGE");
    assertThat(OtlpAnswers.lost(result)).isEqualTo(9);
  }

  @Test
  void whatSaysNothingIsSkippedAndCounted() {
    IngestResult result =
        protobuf(
            gauge(
                "g",
                "",
                number(Double.NaN),
                NumberDataPoint.newBuilder().setTimeUnixNano(T10).setFlags(1).build()));
    assertThat(result.rejected()).isEmpty();
    assertThat(result.skipped()).containsEntry("not_finite", 1).containsEntry("stale_marker", 1);
  }

  @Test
  void readsTheSameOutOfJson() {
    String json =
        """
        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[
          {"sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[
             {"timeUnixNano":"1774778400123000000","asInt":"7"},
             {"timeUnixNano":1774778400123000000,"asDouble":"oops"}]},
           "unit":"By","name":"sent"},
          {"name":"h","histogram":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","dataPoints":[
             {"timeUnixNano":"1774778400123000000","count":"2","sum":3.5,
              "bucketCounts":["1",1],"explicitBounds":[10]}]}},
          {"name":"broken","gauge":{"dataPoints":5}}]}],
          "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}}]}}]}
        """;
    IngestResult result = ingest(OtlpMetricReader.json(limits), json.getBytes(UTF_8));
    assertThat(points())
        .containsExactly(
            "sent_bytes_total{service=\"pay\"} 7.0 COUNTER",
            "h_bucket{le=\"10\",service=\"pay\"} 1.0 DELTA",
            "h_bucket{le=\"+Inf\",service=\"pay\"} 2.0 DELTA",
            "h_count{service=\"pay\"} 2.0 DELTA",
            "h_sum{service=\"pay\"} 3.5 DELTA");
    assertThat(result.rejected().stream().map(IngestResult.Rejection::reason))
        .containsExactly("invalid_point", "invalid_metric");
    assertThat(result.rejected().get(0).detail()).isEqualTo("/asDouble is not a number");
  }

  @Test
  void whatUnfoldsInMemoryIsBounded() {
    NumberDataPoint[] many = new NumberDataPoint[51];
    Arrays.fill(many, number(1));
    assertThatThrownBy(() -> protobuf(gauge("g", "", many)))
        .cause()
        .isInstanceOf(BodyTooLargeException.class)
        .hasMessageContaining("more than 50 data points");
    NumberDataPoint[] some = new NumberDataPoint[50];
    Arrays.fill(some, number(1));
    Resource.Builder large = Resource.newBuilder();
    large.addAttributes(pair("service.name", "x".repeat(1000)));
    List<Metric> metrics = new ArrayList<>();
    metrics.add(gauge("g", "", some));
    byte[] body = request(large.build(), metrics.toArray(Metric[]::new));
    GatewayConfig.Ingest small = TestingConfig.with("ingest.max-inflated-bytes", "40KiB").ingest();
    assertThatThrownBy(() -> ingest(OtlpMetricReader.protobuf(small), body))
        .as("tags that stand once in the request and in each point")
        .cause()
        .isInstanceOf(BodyTooLargeException.class);
    assertThat(publisher.published()).isEmpty();
    assertThat(budget.used()).isZero();
  }

  @Test
  void anythingThatIsNoRequestIsRefusedAndNothingElse() {
    byte[] valid =
        request(
            resource(),
            gauge("g", "s", number(1)),
            exponential("e", CUMULATIVE, exponential(1, 3).setPositive(buckets(1, 1, 2)).build()));
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] hostile = valid.clone();
      for (int j = 0; j <= random.nextInt(4); j++) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt(256);
      }
      try {
        ingest(OtlpMetricReader.protobuf(limits), hostile);
      } catch (CompletionException e) {
        assertThat(e.getCause())
            .isInstanceOfAny(InvalidRequestException.class, BodyTooLargeException.class);
      }
    }
    assertThat(budget.used()).isZero();
    // Whatever came through is a point that the metrics job reads.
    publisher.published().forEach(record -> MetricPointJson.decode(record.value()));
  }

  private IngestResult protobuf(Metric... metrics) {
    return ingest(OtlpMetricReader.protobuf(limits), request(resource(), metrics));
  }

  private IngestResult ingest(BodyReader reader, byte[] body) {
    MemoryBudget.Reservation reservation = budget.reserve();
    reservation.grow(body.length);
    return new IngestService(publisher, reader, budget, limits)
        .ingest(body, ContentEncoding.IDENTITY, Optional.empty(), Caller.ANYONE, reservation)
        .join();
  }

  private List<String> points() {
    return publisher.published().stream()
        .map(record -> MetricPointJson.decode(record.value()))
        .map(point -> point.series() + " " + point.value() + " " + point.type())
        .toList();
  }

  private static Resource resource() {
    return Resource.newBuilder()
        .addAttributes(pair("service.name", "pay"))
        .addAttributes(pair("host.name", "web-1"))
        .build();
  }

  private static byte[] request(Resource resource, Metric... metrics) {
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(resource)
                .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(Arrays.asList(metrics))))
        .build()
        .toByteArray();
  }

  private static Metric gauge(String name, String unit, NumberDataPoint... points) {
    return Metric.newBuilder()
        .setName(name)
        .setUnit(unit)
        .setGauge(Gauge.newBuilder().addAllDataPoints(Arrays.asList(points)))
        .build();
  }

  private static Metric sum(
      String name,
      String unit,
      AggregationTemporality temporality,
      boolean monotonic,
      NumberDataPoint point) {
    return Metric.newBuilder()
        .setName(name)
        .setUnit(unit)
        .setSum(
            Sum.newBuilder()
                .setAggregationTemporality(temporality)
                .setIsMonotonic(monotonic)
                .addDataPoints(point))
        .build();
  }

  private static Metric exponential(
      String name, AggregationTemporality temporality, ExponentialHistogramDataPoint point) {
    return Metric.newBuilder()
        .setName(name)
        .setExponentialHistogram(
            ExponentialHistogram.newBuilder()
                .setAggregationTemporality(temporality)
                .addDataPoints(point))
        .build();
  }

  private static ExponentialHistogramDataPoint.Builder exponential(int scale, long count) {
    return ExponentialHistogramDataPoint.newBuilder()
        .setTimeUnixNano(T10)
        .setScale(scale)
        .setCount(count);
  }

  private static ExponentialHistogramDataPoint.Buckets buckets(int offset, long... counts) {
    ExponentialHistogramDataPoint.Buckets.Builder buckets =
        ExponentialHistogramDataPoint.Buckets.newBuilder().setOffset(offset);
    for (long count : counts) {
      buckets.addBucketCounts(count);
    }
    return buckets.build();
  }

  private static NumberDataPoint number(double value) {
    return NumberDataPoint.newBuilder().setTimeUnixNano(T10).setAsDouble(value).build();
  }

  private static KeyValue pair(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
