package io.weir.operators.metrics;

import static java.util.Objects.requireNonNull;

import io.weir.model.metric.MetricPoint;
import io.weir.operators.OperatorMetrics;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Aggregates the points of each series and window in this subtask, so that one partial aggregate
 * instead of every point goes through the shuffle: {@link MetricPoint} in, {@link SeriesPartial}
 * out. A window's partials go on before a watermark says that it is over, all partials go on before
 * a checkpoint's barrier and when there are too many, so nothing waits here that a checkpoint or a
 * window behind would miss.
 *
 * <p>Series beyond {@link SeriesLimits} stop here; their points are counted by metric. All points
 * of a metric are in one partition when producers keep to the key of the topic, and then its limit
 * is one limit; otherwise each subtask has its own. Which series are known is state of the subtask:
 * after a change of parallelism a metric may meet a subtask that does not know it, and whoever
 * comes first there passes.
 */
public final class CombineLocally extends AbstractStreamOperator<SeriesPartial>
    implements OneInputStreamOperator<MetricPoint, SeriesPartial>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  /** Most metrics whose dropped points are counted by name. */
  static final int MAX_NAMED = 100;

  /** Stands for all further ones. */
  static final String OTHERS = "_others";

  private static final int MAX_REMEMBERED_NAMES = 100_000;

  /** How many windows are made large at once. */
  private static final int FULL_WINDOWS = 4;

  private final CombineSettings settings;

  private transient TreeMap<Long, Map<String, WindowAggregate>> windows;
  private transient int partials;
  private transient int lastWindowSize;
  private transient long currentWindow;
  private transient Map<String, WindowAggregate> currentPartials;
  private transient SeriesLimiter limiter;
  private transient ListState<byte[]> knownSeries;
  private transient Map<String, Boolean> statistics;
  private transient Map<String, Counter> limitedByMetric;
  private transient Counter limitedPoints;
  private transient Counter earlyPartials;
  private transient DataOutputSerializer buffer;
  private transient StreamRecord<SeriesPartial> reused;

  /** Creates the operator. */
  public CombineLocally(CombineSettings settings) {
    this.settings = requireNonNull(settings, "settings");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    limiter = new SeriesLimiter(settings.limits());
    knownSeries =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    MetricState.KNOWN_SERIES, BytePrimitiveArraySerializer.INSTANCE));
    limiter.restore(knownSeries.get());
  }

  @Override
  public void open() throws Exception {
    super.open();
    windows = new TreeMap<>();
    currentWindow = Long.MIN_VALUE;
    statistics = new HashMap<>();
    limitedByMetric = new HashMap<>();
    buffer = new DataOutputSerializer(128);
    reused = new StreamRecord<>(null);
    MetricGroup metrics = getMetricGroup();
    limitedPoints = metrics.counter(OperatorMetrics.LIMITED_POINTS);
    earlyPartials = metrics.counter(OperatorMetrics.EARLY_PARTIALS);
    metrics.gauge(OperatorMetrics.OPEN_PARTIALS, () -> partials);
    metrics.gauge(OperatorMetrics.KNOWN_SERIES, limiter::knownSeries);
  }

  @Override
  public void processElement(StreamRecord<MetricPoint> element) {
    MetricPoint point = element.getValue();
    String series = point.series();
    Map<String, WindowAggregate> window = windowOf(point.timestampMillis());
    WindowAggregate aggregate = window.get(series);
    if (aggregate != null) {
      aggregate.add(kindOf(point), point.value(), point.timestampMillis());
    } else if (limiter.admit(point.metric(), series)) {
      window.put(series, WindowAggregate.of(kindOf(point), point.value(), point.timestampMillis()));
      if (++partials >= settings.maxPartials()) {
        earlyPartials.inc(partials);
        flushThrough(Long.MAX_VALUE);
      }
    } else {
      limitedPoints.inc();
      limitedCounter(point.metric()).inc();
    }
  }

  private Map<String, WindowAggregate> windowOf(long timestampMillis) {
    long end = Windows.endOf(timestampMillis);
    if (end != currentWindow) {
      currentWindow = end;
      currentPartials = windows.computeIfAbsent(end, key -> newWindow());
    }
    return currentPartials;
  }

  /** A window holds about as much as the one before; of many at a time most hold little. */
  private Map<String, WindowAggregate> newWindow() {
    return windows.size() < FULL_WINDOWS ? new HashMap<>(lastWindowSize * 4 / 3) : new HashMap<>();
  }

  private WindowAggregate.Kind kindOf(MetricPoint point) {
    return WindowAggregate.Kind.of(point, wantsStatistics(point.metric()));
  }

  private boolean wantsStatistics(String metric) {
    if (settings.statistics().isEmpty()) {
      return false;
    }
    if (statistics.size() > MAX_REMEMBERED_NAMES) {
      statistics.clear();
    }
    return statistics.computeIfAbsent(metric, settings::wantsStatistics);
  }

  private Counter limitedCounter(String metric) {
    String name =
        limitedByMetric.containsKey(metric) || limitedByMetric.size() < MAX_NAMED ? metric : OTHERS;
    return limitedByMetric.computeIfAbsent(
        name,
        key ->
            getMetricGroup()
                .addGroup(OperatorMetrics.METRIC, key)
                .counter(OperatorMetrics.LIMITED_POINTS));
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flushThrough(mark.getTimestamp());
    if (mark.getTimestamp() != Long.MAX_VALUE) {
      limiter.advanceTo(mark.getTimestamp());
    }
    super.processWatermark(mark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flushThrough(Long.MAX_VALUE);
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public void endInput() {
    flushThrough(Long.MAX_VALUE);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    knownSeries.update(limiter.snapshot());
  }

  /** Sends on the partials of all windows that are over at a time. */
  private void flushThrough(long timestampMillis) {
    Iterator<Map.Entry<Long, Map<String, WindowAggregate>>> each = windows.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Long, Map<String, WindowAggregate>> window = each.next();
      if (Windows.lastMillisOf(window.getKey()) > timestampMillis) {
        break;
      }
      window.getValue().forEach((series, aggregate) -> emit(series, window.getKey(), aggregate));
      lastWindowSize = window.getValue().size();
      partials -= lastWindowSize;
      each.remove();
    }
    currentWindow = Long.MIN_VALUE;
  }

  private void emit(String series, long windowEnd, WindowAggregate aggregate) {
    reused.replace(
        SeriesPartial.of(series, windowEnd, aggregate, buffer), Windows.lastMillisOf(windowEnd));
    output.collect(reused);
  }
}
