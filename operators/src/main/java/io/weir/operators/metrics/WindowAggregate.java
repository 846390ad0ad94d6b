package io.weir.operators.metrics;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import com.datadoghq.sketch.ddsketch.store.Store;
import io.weir.model.metric.MetricPoint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * What is kept of the points of one series in one window. Aggregates of parts of a window merge to
 * that of the whole, in any order; of two points with the same time the one that is added or merged
 * later counts as the last. When a series changes its type, the type of its last point wins and
 * what the other type had gathered in this window is gone.
 *
 * <p>Quantiles come from a DDSketch with a relative error of at most 1 %; beyond 2,048 bins (a span
 * of 17 orders of magnitude) the lowest values share a bin.
 *
 * @see <a href="https://arxiv.org/abs/1908.10693">DDSketch: a fast and fully-mergeable quantile
 *     sketch with relative-error guarantees</a>
 */
final class WindowAggregate {
  private static final double RELATIVE_ACCURACY = 0.01;
  private static final int MAX_BINS = 2048;
  private static final IndexMapping MAPPING = new LogarithmicMapping(RELATIVE_ACCURACY);
  private static final Supplier<Store> STORES = () -> new CollapsingLowestDenseStore(MAX_BINS);

  /** What a window keeps; the codes are stored: append only. */
  enum Kind {
    GAUGE,
    /** A gauge with minimum, maximum, sum and number of its values. */
    GAUGE_STATISTICS,
    COUNTER,
    DELTA,
    DISTRIBUTION;

    private static final Kind[] ALL = values();

    /** Returns what is kept of a point. */
    static Kind of(MetricPoint point, boolean statistics) {
      return switch (point.type()) {
        case GAUGE -> statistics ? GAUGE_STATISTICS : GAUGE;
        case COUNTER -> COUNTER;
        case DELTA -> DELTA;
        case DISTRIBUTION -> DISTRIBUTION;
      };
    }
  }

  private Kind kind;
  private long points;
  private long lastMillis;
  private double last;
  private double sum;
  private double min;
  private double max;
  private DDSketch sketch;

  private WindowAggregate() {}

  /** Returns the aggregate of one point. */
  static WindowAggregate of(Kind kind, double value, long timestampMillis) {
    WindowAggregate aggregate = new WindowAggregate();
    aggregate.start(kind, value, timestampMillis);
    return aggregate;
  }

  /** Returns the aggregate of no point, to which that of points can be merged. */
  static WindowAggregate ofNothing(Kind kind, long timestampMillis) {
    WindowAggregate aggregate = new WindowAggregate();
    aggregate.kind = kind;
    aggregate.lastMillis = timestampMillis;
    aggregate.min = Double.POSITIVE_INFINITY;
    aggregate.max = Double.NEGATIVE_INFINITY;
    if (kind == Kind.DISTRIBUTION) {
      aggregate.sketch = new DDSketch(MAPPING, STORES);
    }
    return aggregate;
  }

  private void start(Kind newKind, double value, long timestampMillis) {
    kind = newKind;
    points = 1;
    lastMillis = timestampMillis;
    last = value;
    sum = value;
    min = value;
    max = value;
    sketch = null;
    if (kind == Kind.DISTRIBUTION) {
      sketch = new DDSketch(MAPPING, STORES);
      sketch.accept(indexable(value));
    }
  }

  void add(Kind newKind, double value, long timestampMillis) {
    if (newKind != kind) {
      if (timestampMillis >= lastMillis) {
        start(newKind, value, timestampMillis);
      }
      return;
    }
    points++;
    if (timestampMillis >= lastMillis) {
      lastMillis = timestampMillis;
      last = value;
    }
    sum += value;
    if (value < min) {
      min = value;
    }
    if (value > max) {
      max = value;
    }
    if (sketch != null) {
      sketch.accept(indexable(value));
    }
  }

  /** Adds what another aggregate has; the other one is used up. */
  void merge(WindowAggregate other) {
    boolean otherIsLast = other.lastMillis >= lastMillis;
    if (other.kind != kind) {
      if (otherIsLast) {
        take(other);
      }
      return;
    }
    points += other.points;
    if (otherIsLast) {
      lastMillis = other.lastMillis;
      last = other.last;
    }
    sum += other.sum;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    if (sketch != null) {
      sketch.mergeWith(other.sketch);
    }
  }

  private void take(WindowAggregate other) {
    kind = other.kind;
    points = other.points;
    lastMillis = other.lastMillis;
    last = other.last;
    sum = other.sum;
    min = other.min;
    max = other.max;
    sketch = other.sketch;
  }

  WindowAggregate copy() {
    WindowAggregate copy = new WindowAggregate();
    copy.take(this);
    if (sketch != null) {
      copy.sketch = sketch.copy();
    }
    return copy;
  }

  Kind kind() {
    return kind;
  }

  /** Returns how many points there were. */
  long points() {
    return points;
  }

  double last() {
    return last;
  }

  double sum() {
    return sum;
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  /** Returns the value below which this part of the values lies; of a distribution only. */
  double quantile(double quantile) {
    return sketch.getValueAtQuantile(quantile);
  }

  /** Only what the kind needs is written. */
  void write(DataOutput out) throws IOException {
    out.writeByte(kind.ordinal());
    VarNumbers.write(points, out);
    VarNumbers.write(lastMillis, out);
    switch (kind) {
      case GAUGE, COUNTER -> out.writeDouble(last);
      case DELTA -> out.writeDouble(sum);
      case GAUGE_STATISTICS -> {
        out.writeDouble(last);
        out.writeDouble(sum);
        out.writeDouble(min);
        out.writeDouble(max);
      }
      case DISTRIBUTION -> {
        out.writeDouble(sum);
        GrowingByteArrayOutput bins = GrowingByteArrayOutput.withInitialCapacity(64);
        sketch.encode(bins, true);
        VarNumbers.write(bins.numWrittenBytes(), out);
        out.write(bins.backingArray(), 0, bins.numWrittenBytes());
      }
    }
  }

  static WindowAggregate read(DataInput in) throws IOException {
    WindowAggregate aggregate = new WindowAggregate();
    aggregate.kind = Kind.ALL[in.readByte()];
    aggregate.points = VarNumbers.read(in);
    aggregate.lastMillis = VarNumbers.read(in);
    switch (aggregate.kind) {
      case GAUGE, COUNTER -> aggregate.last = in.readDouble();
      case DELTA -> aggregate.sum = in.readDouble();
      case GAUGE_STATISTICS -> {
        aggregate.last = in.readDouble();
        aggregate.sum = in.readDouble();
        aggregate.min = in.readDouble();
        aggregate.max = in.readDouble();
      }
      case DISTRIBUTION -> {
        aggregate.sum = in.readDouble();
        byte[] bins = new byte[Math.toIntExact(VarNumbers.read(in))];
        in.readFully(bins);
        aggregate.sketch = DDSketch.decode(ByteArrayInput.wrap(bins), STORES, MAPPING);
      }
    }
    return aggregate;
  }

  /** A sketch has no bins for the outermost numbers that a double can hold. */
  private static double indexable(double value) {
    double outermost = MAPPING.maxIndexableValue();
    return Math.max(-outermost, Math.min(outermost, value));
  }
}
