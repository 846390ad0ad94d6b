package io.weir.gateway.otlp;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.util.ArrayList;
import java.util.List;

/**
 * A metric taken apart, its data points left where they stand.
 *
 * @param data which kind; {@link Metric.DataCase#DATA_NOT_SET} if it has none that is known
 * @param temporality the number of an {@link AggregationTemporality}; 0 where there is none
 * @param monotonic of a sum, whether it only grows
 * @param points its data points
 */
record OtlpMetric(
    String name,
    String unit,
    Metric.DataCase data,
    int temporality,
    boolean monotonic,
    List<Slice> points) {
  private static final int DATA_POINTS = 1;
  private static final int TEMPORALITY = 2;
  private static final int MONOTONIC = 3;

  boolean isDelta() {
    return temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA_VALUE;
  }

  boolean isCumulative() {
    return temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE_VALUE;
  }

  /** Takes a metric apart. */
  static OtlpMetric read(OtlpEncoding encoding, byte[] body, Slice at)
      throws MalformedOtlpException {
    Reading reading = new Reading(encoding, body);
    encoding.members(body, at, Metric.getDescriptor(), reading::member);
    return new OtlpMetric(
        reading.name,
        reading.unit,
        reading.data,
        reading.temporality,
        reading.monotonic,
        reading.points);
  }

  private static final class Reading {
    private final OtlpEncoding encoding;
    private final byte[] body;
    private final List<Slice> points = new ArrayList<>();
    private String name = "";
    private String unit = "";
    private Metric.DataCase data = Metric.DataCase.DATA_NOT_SET;
    private int temporality;
    private boolean monotonic;

    Reading(OtlpEncoding encoding, byte[] body) {
      this.encoding = encoding;
      this.body = body;
    }

    void member(FieldDescriptor field, Slice at) throws MalformedOtlpException {
      switch (field.getNumber()) {
        case Metric.NAME_FIELD_NUMBER -> name = (String) encoding.scalar(body, at, field);
        case Metric.UNIT_FIELD_NUMBER -> unit = (String) encoding.scalar(body, at, field);
        case Metric.GAUGE_FIELD_NUMBER,
            Metric.SUM_FIELD_NUMBER,
            Metric.HISTOGRAM_FIELD_NUMBER,
            Metric.EXPONENTIAL_HISTOGRAM_FIELD_NUMBER,
            Metric.SUMMARY_FIELD_NUMBER -> {
          Metric.DataCase kind = Metric.DataCase.forNumber(field.getNumber());
          if (data != Metric.DataCase.DATA_NOT_SET && data != kind) {
            throw new MalformedOtlpException("a metric has two kinds of data");
          }
          data = kind;
          encoding.members(body, at, field.getMessageType(), this::dataMember);
        }
        default -> {
          // The description, and metadata: about people, not numbers.
        }
      }
    }

    private void dataMember(FieldDescriptor field, Slice at) throws MalformedOtlpException {
      switch (field.getNumber()) {
        case DATA_POINTS -> points.add(at);
        case TEMPORALITY -> temporality = (int) encoding.scalar(body, at, field);
        case MONOTONIC -> monotonic = (boolean) encoding.scalar(body, at, field);
        default -> {
          // OTLP has no other yet.
        }
      }
    }
  }
}
