package io.weir.gateway.otlp;

import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.Batch;
import io.weir.gateway.ingest.BodyReader;
import io.weir.gateway.ingest.BodyTooLargeException;
import io.weir.gateway.ingest.OutgoingRecord;
import io.weir.gateway.ingest.SenderAccess;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads an {@code ExportMetricsServiceRequest}: each data point becomes one point or, of a
 * histogram or summary, several; all of them or none. {@code docs/ingest.md} has the table. A data
 * point that cannot be read costs itself; points without a value, and NaN, which exporters send as
 * a matter of course, are skipped and counted.
 */
public final class OtlpMetricReader implements BodyReader {
  static final String NO_VALUE = "stale_marker";
  static final String NOT_FINITE = "not_finite";
  static final String EXEMPLAR = "exemplar";

  /** The name by which Prometheus knows descriptions of what is measured. */
  static final String TARGET_INFO = "target_info";

  /** Of one data point or resource; a histogram of 1,000 buckets has a tenth of it. */
  private static final int MAX_PART = 256 * 1024;

  private final OtlpEncoding encoding;
  private final GatewayConfig.Ingest limits;

  private OtlpMetricReader(OtlpEncoding encoding, GatewayConfig.Ingest limits) {
    this.encoding = encoding;
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /** Returns a reader of protobuf. */
  public static OtlpMetricReader protobuf(GatewayConfig.Ingest limits) {
    return new OtlpMetricReader(new ProtobufEncoding(), limits);
  }

  /** Returns a reader of JSON. */
  public static OtlpMetricReader json(GatewayConfig.Ingest limits) {
    return new OtlpMetricReader(new JsonEncoding(), limits);
  }

  @Override
  public Batch read(byte[] body, Optional<String> idempotencyKey, double pressure, Caller caller) {
    Reading reading = new Reading(body, caller.services());
    for (OtlpRequest.ResourceGroup group :
        OtlpRequest.metrics(encoding, body, limits.maxEvents())) {
      reading.resource(group);
    }
    return reading.batch;
  }

  /** One request. */
  private final class Reading {
    private final byte[] body;
    private final ServiceAccess access;
    private final Batch batch = new Batch();
    private int index;
    private long bytes;

    /** Newest time of a point of the resource; 0 if it has none. */
    private long newest;

    Reading(byte[] body, ServiceAccess access) {
      this.access = access;
      this.body = body;
    }

    void resource(OtlpRequest.ResourceGroup group) {
      OtlpTags tags = null;
      String problem = null;
      try {
        tags =
            new OtlpTags(
                group.resource() == null
                    ? Resource.getDefaultInstance()
                    : parse(group.resource(), Resource.getDefaultInstance(), "the resource"));
      } catch (MalformedOtlpException | RejectedPointException e) {
        problem = e.getMessage();
      }
      newest = 0;
      for (OtlpRequest.ScopeGroup scope : group.scopes()) {
        for (Slice item : scope.items()) {
          metric(item, tags, problem);
        }
      }
      if (newest > 0
          && !tags.description().isEmpty()
          && access.allows(service(tags.description()))) {
        // Belongs to no data point, and cannot be refused by itself.
        add(
            Math.max(0, index - 1),
            new MetricPoint(TARGET_INFO, 1, newest, tags.description(), MetricType.GAUGE));
      }
    }

    private void metric(Slice at, OtlpTags tags, String problem) {
      OtlpMetric metric;
      try {
        metric = OtlpMetric.read(encoding, body, at);
      } catch (MalformedOtlpException e) {
        count(1);
        batch.reject(index++, "invalid_metric", e.getMessage());
        return;
      }
      count(metric.points().size());
      for (Slice point : metric.points()) {
        if (problem != null) {
          batch.reject(index, "invalid_resource", problem);
        } else {
          point(metric, point, tags);
        }
        index++;
      }
    }

    private void count(int points) {
      if (index + (long) points > limits.maxEvents()) {
        throw new BodyTooLargeException(
            "more than "
                + limits.maxEvents()
                + " data points in one request; let the exporter send less");
      }
    }

    private void point(OtlpMetric metric, Slice at, OtlpTags tags) {
      try {
        PointBuilder points =
            switch (metric.data()) {
              case GAUGE, SUM -> number(metric, at, tags);
              case HISTOGRAM -> histogram(metric, at, tags);
              case EXPONENTIAL_HISTOGRAM -> exponential(metric, at, tags);
              case SUMMARY -> summary(metric, at, tags);
              case DATA_NOT_SET -> throw new IllegalStateException("points of no kind of data");
            };
        if (points != null) {
          String service = service(points.tags());
          if (!access.allows(service)) {
            batch.reject(index, SenderAccess.NOT_ALLOWED, SenderAccess.detail(access, service));
            return;
          }
          newest = Math.max(newest, points.timestampMillis());
          points.points().forEach(point -> add(index, point));
        }
      } catch (MalformedOtlpException e) {
        batch.reject(index, "invalid_point", e.getMessage());
      } catch (RejectedPointException e) {
        batch.reject(index, e.reason(), named(metric, e.getMessage()));
      }
    }

    private static String service(Map<String, String> tags) {
      return tags.get(SenderAccess.SERVICE_TAG);
    }

    private PointBuilder number(OtlpMetric metric, Slice at, OtlpTags tags)
        throws MalformedOtlpException, RejectedPointException {
      NumberDataPoint point = parse(at, NumberDataPoint.getDefaultInstance(), "the data point");
      exemplars(point.getExemplarsCount());
      MetricType type = numberType(metric);
      if (isAbsent(point.getFlags())) {
        return null;
      }
      double value =
          switch (point.getValueCase()) {
            case AS_DOUBLE -> point.getAsDouble();
            case AS_INT -> point.getAsInt();
            case VALUE_NOT_SET ->
                throw new RejectedPointException("invalid_value", "the value is missing");
          };
      if (!Double.isFinite(value)) {
        batch.skip(NOT_FINITE);
        return null;
      }
      OtlpNames.Kind kind =
          type == MetricType.GAUGE ? OtlpNames.Kind.GAUGE : OtlpNames.Kind.COUNTER;
      PointBuilder points =
          builder(metric, kind, point.getTimeUnixNano(), point.getAttributesList(), tags);
      points.add(value, type);
      return points;
    }

    private PointBuilder histogram(OtlpMetric metric, Slice at, OtlpTags tags)
        throws MalformedOtlpException, RejectedPointException {
      HistogramDataPoint point =
          parse(at, HistogramDataPoint.getDefaultInstance(), "the data point");
      exemplars(point.getExemplarsCount());
      MetricType type = totalType(metric);
      if (isAbsent(point.getFlags())) {
        return null;
      }
      PointBuilder points =
          builder(
              metric,
              OtlpNames.Kind.OTHER,
              point.getTimeUnixNano(),
              point.getAttributesList(),
              tags);
      HistogramPoints.explicit(point, type, points);
      return points;
    }

    private PointBuilder exponential(OtlpMetric metric, Slice at, OtlpTags tags)
        throws MalformedOtlpException, RejectedPointException {
      ExponentialHistogramDataPoint point =
          parse(at, ExponentialHistogramDataPoint.getDefaultInstance(), "the data point");
      exemplars(point.getExemplarsCount());
      MetricType type = totalType(metric);
      if (isAbsent(point.getFlags())) {
        return null;
      }
      PointBuilder points =
          builder(
              metric,
              OtlpNames.Kind.OTHER,
              point.getTimeUnixNano(),
              point.getAttributesList(),
              tags);
      HistogramPoints.exponential(point, type, points);
      return points;
    }

    private PointBuilder summary(OtlpMetric metric, Slice at, OtlpTags tags)
        throws MalformedOtlpException, RejectedPointException {
      SummaryDataPoint point = parse(at, SummaryDataPoint.getDefaultInstance(), "the data point");
      if (isAbsent(point.getFlags())) {
        return null;
      }
      PointBuilder points =
          builder(
              metric,
              OtlpNames.Kind.OTHER,
              point.getTimeUnixNano(),
              point.getAttributesList(),
              tags);
      HistogramPoints.summary(point, points);
      return points;
    }

    private PointBuilder builder(
        OtlpMetric metric,
        OtlpNames.Kind kind,
        long timeUnixNano,
        List<KeyValue> attributes,
        OtlpTags tags)
        throws RejectedPointException {
      String name = OtlpNames.metric(metric.name(), metric.unit(), kind);
      if (name == null) {
        throw new RejectedPointException(
            "invalid_metric", "the name has no letter or digit, or is too long");
      }
      Map<String, String> all = tags.of(attributes);
      return new PointBuilder(name, timeUnixNano, all);
    }

    /** Says that a series has ended, or that there was nothing to measure. */
    private boolean isAbsent(int flags) {
      boolean absent = (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0;
      if (absent) {
        batch.skip(NO_VALUE);
      }
      return absent;
    }

    private void exemplars(int count) {
      for (int i = 0; i < count; i++) {
        batch.skip(EXEMPLAR);
      }
    }

    private void add(int at, MetricPoint point) {
      byte[] json = MetricPointJson.encode(point);
      bytes += json.length;
      if (bytes > limits.maxInflatedBytes()) {
        // A resource stands once in the request but in each point.
        throw new BodyTooLargeException(
            "the points of the request are larger than " + limits.maxInflatedBytes() + " bytes");
      }
      batch.add(at, new OutgoingRecord(point.metric(), json));
    }

    private <M extends Message> M parse(Slice at, M prototype, String what)
        throws MalformedOtlpException {
      if (at.length() > MAX_PART) {
        throw new MalformedOtlpException(what + " has more than " + MAX_PART + " bytes");
      }
      return encoding.parse(body, at, prototype);
    }
  }

  private static MetricType numberType(OtlpMetric metric) throws RejectedPointException {
    if (metric.data() == Metric.DataCase.GAUGE) {
      return MetricType.GAUGE;
    }
    if (metric.monotonic()) {
      return totalType(metric);
    }
    if (!metric.isCumulative()) {
      throw new RejectedPointException(
          "invalid_temporality",
          "a sum that can fall is understood only with cumulative temporality");
    }
    return MetricType.GAUGE;
  }

  private static MetricType totalType(OtlpMetric metric) throws RejectedPointException {
    if (metric.isCumulative()) {
      return MetricType.COUNTER;
    }
    if (metric.isDelta()) {
      return MetricType.DELTA;
    }
    throw new RejectedPointException("invalid_temporality", "aggregation_temporality is missing");
  }

  private static String named(OtlpMetric metric, String problem) {
    String name = metric.name();
    return (name.length() <= 100 ? name : name.substring(0, 100) + "...") + ": " + problem;
  }
}
