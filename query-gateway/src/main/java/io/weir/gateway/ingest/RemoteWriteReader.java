package io.weir.gateway.ingest;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.ProtobufCursor.MalformedMessageException;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricNames;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a {@code prometheus.WriteRequest}: each sample becomes a point.
 *
 * <ul>
 *   <li>A metric whose name ends in {@code _total}, {@code _count}, {@code _sum} or {@code _bucket}
 *       is a counter, any other a gauge; protocol version 1 does not say. A negative value is one
 *       of a gauge whatever the name, because counters have none.
 *   <li>Stale markers, NaN, infinities and native histograms are skipped and counted: agents send
 *       them as a matter of course, and they are no points.
 *   <li>Names are normalised as everywhere; labels without a value are left out.
 * </ul>
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">Remote write 1.0</a>
 */
public final class RemoteWriteReader implements BodyReader {
  /** Bits of the NaN by which Prometheus says that a series has ended. */
  static final long STALE_NAN = 0x7ff0000000000002L;

  static final String STALE_MARKER = "stale_marker";
  static final String NOT_FINITE = "not_finite";
  static final String NATIVE_HISTOGRAM = "native_histogram";

  private static final String NAME_LABEL = "__name__";
  private static final List<String> COUNTER_SUFFIXES =
      List.of("_total", "_count", "_sum", "_bucket");

  /** Outside of these a number of milliseconds reads as seconds or microseconds. */
  private static final long MIN_MILLIS = 100_000_000_000L;

  private static final long MAX_MILLIS = 100_000_000_000_000L;

  private final GatewayConfig.Ingest limits;

  public RemoteWriteReader(GatewayConfig.Ingest limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  @Override
  public Batch read(byte[] body, Optional<String> idempotencyKey, double pressure, Caller caller) {
    Reading reading = new Reading(caller.services());
    try {
      ProtobufCursor request = new ProtobufCursor(body);
      for (int field = request.nextField(); field != 0; field = request.nextField()) {
        if (field == 1) {
          reading.series(request.message());
        } else {
          request.skip(); // metadata
        }
      }
    } catch (MalformedMessageException e) {
      throw new InvalidRequestException("body", "is no prometheus.WriteRequest: " + e.getMessage());
    }
    return reading.batch;
  }

  /** Returns what values of a metric mean, as far as its name tells. */
  static MetricType typeOf(String metric, double value) {
    return value >= 0 && COUNTER_SUFFIXES.stream().anyMatch(metric::endsWith)
        ? MetricType.COUNTER
        : MetricType.GAUGE;
  }

  /** One request. */
  private final class Reading {
    private final ServiceAccess access;
    private final Batch batch = new Batch();
    private int samples;
    private long outgoingBytes;

    Reading(ServiceAccess access) {
      this.access = access;
    }

    void series(ProtobufCursor series) throws MalformedMessageException {
      Labels labels = new Labels();
      List<double[]> values = new ArrayList<>();
      List<Long> timestamps = new ArrayList<>();
      for (int field = series.nextField(); field != 0; field = series.nextField()) {
        switch (field) {
          case 1 -> labels.read(series.message());
          case 2 -> sample(series.message(), values, timestamps);
          case 4 -> {
            series.skip();
            count();
            batch.skip(NATIVE_HISTOGRAM);
          }
          default -> series.skip(); // exemplars
        }
      }
      String problem = values.isEmpty() ? null : labels.problem();
      int first = samples - values.size();
      for (int i = 0; i < values.size(); i++) {
        double value = values.get(i)[0];
        long timestamp = timestamps.get(i);
        if (Double.doubleToRawLongBits(value) == STALE_NAN) {
          batch.skip(STALE_MARKER);
        } else if (!Double.isFinite(value)) {
          batch.skip(NOT_FINITE);
        } else if (problem != null) {
          batch.reject(first + i, "invalid_labels", problem);
        } else if (timestamp < MIN_MILLIS || timestamp >= MAX_MILLIS) {
          batch.reject(
              first + i,
              "invalid_timestamp",
              timestamp + " ms is not between the years 1973 and 5138");
        } else if (!access.allows(labels.service())) {
          batch.reject(
              first + i, SenderAccess.NOT_ALLOWED, SenderAccess.detail(access, labels.service()));
        } else {
          add(first + i, labels, value, timestamp);
        }
      }
    }

    private void sample(ProtobufCursor sample, List<double[]> values, List<Long> timestamps)
        throws MalformedMessageException {
      double value = 0;
      long timestamp = 0;
      for (int field = sample.nextField(); field != 0; field = sample.nextField()) {
        switch (field) {
          case 1 -> value = sample.doubleValue();
          case 2 -> timestamp = sample.int64();
          default -> sample.skip();
        }
      }
      count();
      // Boxing an unusual NaN may change its bits on some platforms; an array keeps them.
      values.add(new double[] {value});
      timestamps.add(timestamp);
    }

    private void count() {
      if (++samples > limits.maxEvents()) {
        throw new BodyTooLargeException(
            "more than " + limits.maxEvents() + " samples in one request; let the agent send less");
      }
    }

    private void add(int index, Labels labels, double value, long timestamp) {
      MetricPoint point =
          new MetricPoint(
              labels.metric, value, timestamp, labels.tags, typeOf(labels.metric, value));
      byte[] json = MetricPointJson.encode(point);
      outgoingBytes += json.length;
      if (outgoingBytes > limits.maxInflatedBytes()) {
        // Labels stand once in the request but in each point.
        throw new BodyTooLargeException(
            "the points of the request are larger than " + limits.maxInflatedBytes() + " bytes");
      }
      batch.add(index, new OutgoingRecord(labels.metric, json));
    }
  }

  /** The labels of one series, normalised; remembers the first thing that is wrong with them. */
  private static final class Labels {
    private final TreeMap<String, String> tags = new TreeMap<>();
    private String metric;
    private String problem;

    void read(ProtobufCursor label) throws MalformedMessageException {
      String name = "";
      String value = "";
      for (int field = label.nextField(); field != 0; field = label.nextField()) {
        switch (field) {
          case 1 -> name = label.string();
          case 2 -> value = label.string();
          default -> label.skip();
        }
      }
      if (name.equals(NAME_LABEL)) {
        metric = MetricNames.normalizeMetric(value);
        if (metric == null) {
          wrong("'" + abbreviated(value) + "' is no name of a metric");
        }
        return;
      }
      String tag = MetricNames.normalizeTag(name);
      if (tag == null) {
        wrong("'" + abbreviated(name) + "' is no name of a tag");
      } else if (value.length() > MetricPointJson.MAX_TAG_VALUE) {
        wrong(tag + " has more than " + MetricPointJson.MAX_TAG_VALUE + " characters");
      } else if (!value.isEmpty() && tags.putIfAbsent(tag, value) != null) {
        wrong("two labels have the name " + tag);
      }
    }

    String service() {
      return tags.get(SenderAccess.SERVICE_TAG);
    }

    private void wrong(String what) {
      if (problem == null) {
        problem = what;
      }
    }

    String problem() {
      if (problem == null && metric == null) {
        return "there is no label " + NAME_LABEL;
      }
      return problem == null && tags.size() > MetricPointJson.MAX_TAGS
          ? "more than " + MetricPointJson.MAX_TAGS + " labels"
          : problem;
    }

    private static String abbreviated(String text) {
      return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
  }
}
