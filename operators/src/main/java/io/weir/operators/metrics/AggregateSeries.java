package io.weir.operators.metrics;

import io.weir.model.metric.Sample;
import io.weir.model.metric.Series;
import io.weir.operators.OperatorMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * One sample for each series and window, stamped with the window's end: {@link SeriesPartial} in,
 * keyed by series, {@link Sample} out.
 *
 * <ul>
 *   <li>gauge: the last value; where wanted also {@code _min}, {@code _max}, {@code _avg} and
 *       {@code _count};
 *   <li>counter: the last value;
 *   <li>delta: the running total, a counter;
 *   <li>distribution: quantiles under the tag {@code quantile}, and the running {@code _sum} and
 *       {@code _count}.
 * </ul>
 *
 * <p>Lateness is per series. A window is emitted when the watermark passes its end. Points that
 * come after that make the window anew if their series has not emitted it, as when a host
 * reconnects with a backlog; such a window waits for another {@link #BACKLOG_PATIENCE_MILLIS} of
 * event time, so that its backlog can come in pieces. Only points for a window that the series has
 * emitted are late: they are counted and go to the side output {@link #LATE}.
 *
 * <p>Running totals never go back: increases of a window before one that is emitted already appear
 * in the total of the next window, at its time, even if no point comes in it; that window stays
 * open. Quantiles of such a window are emitted at its own time.
 *
 * <p>A series that is silent for the time to live is forgotten, with its totals and with the
 * windows that it has emitted: its totals then begin at 0, which counters' readers take for a
 * restart.
 */
public final class AggregateSeries extends KeyedProcessFunction<String, SeriesPartial, Sample> {
  private static final long serialVersionUID = 1;

  /** Points of windows that their series has already emitted. */
  public static final OutputTag<LatePoints> LATE = new OutputTag<>("late-points") {};

  /** How long, in event time, a window waits that is made after its end. */
  public static final long BACKLOG_PATIENCE_MILLIS = Windows.MILLIS;

  private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.95, 0.99);

  private final Duration timeToLive;

  private transient ValueState<SeriesState> state;
  private transient DataInputDeserializer buffer;
  private transient Counter latePoints;
  private transient Counter newSeries;
  private transient Counter closedGaps;

  /**
   * Creates the function.
   *
   * @param timeToLive how long a series may be silent before it is forgotten, in processing time
   */
  public AggregateSeries(Duration timeToLive) {
    if (timeToLive.toMillis() < Windows.MILLIS) {
      throw new IllegalArgumentException("a series must live for at least one window");
    }
    this.timeToLive = timeToLive;
  }

  @Override
  public void open(OpenContext context) {
    ValueStateDescriptor<SeriesState> descriptor =
        new ValueStateDescriptor<>(MetricState.SERIES, SeriesStateSerializer.INSTANCE);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(timeToLive)
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .cleanupIncrementally(1, false)
            .cleanupInRocksdbCompactFilter(10_000)
            .build());
    state = getRuntimeContext().getState(descriptor);
    buffer = new DataInputDeserializer();
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    latePoints = metrics.counter(OperatorMetrics.LATE_POINTS);
    newSeries = metrics.counter(OperatorMetrics.NEW_SERIES);
    closedGaps = metrics.counter(OperatorMetrics.CLOSED_GAPS);
  }

  @Override
  public void processElement(SeriesPartial partial, Context context, Collector<Sample> out)
      throws IOException {
    SeriesState series = state.value();
    if (series == null) {
      series = new SeriesState();
      newSeries.inc();
    }
    WindowAggregate aggregate = partial.toAggregate(buffer);
    long end = partial.windowEndMillis();
    SeriesState.Pending pending = series.pending(end);
    if (pending != null) {
      pending.aggregate().merge(aggregate);
    } else if (series.open().isOpen(end)) {
      long due = dueTime(end, context.timerService());
      series.add(new SeriesState.Pending(end, due, aggregate));
      context.timerService().registerEventTimeTimer(due);
    } else {
      latePoints.inc(aggregate.points());
      context.output(LATE, new LatePoints(partial.series(), end, aggregate.points()));
      return;
    }
    state.update(series);
  }

  private static long dueTime(long windowEndMillis, TimerService timers) {
    long over = Windows.lastMillisOf(windowEndMillis);
    long now = timers.currentWatermark();
    return over > now ? over : Math.max(now, now + BACKLOG_PATIENCE_MILLIS);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Sample> out)
      throws IOException {
    SeriesState series = state.value();
    if (series == null) {
      return; // forgotten while it waited
    }
    long newestDue = Long.MIN_VALUE;
    for (SeriesState.Pending pending : series.pending()) {
      if (pending.dueMillis() <= timestamp) {
        newestDue = pending.windowEndMillis();
      }
    }
    if (newestDue == Long.MIN_VALUE) {
      return; // emitted with a later window before
    }
    // Older windows go with it, due or not, so that totals see increases in their order.
    Series name = Series.parse(context.getCurrentKey());
    WindowAggregate.Kind untold = null;
    Iterator<SeriesState.Pending> each = series.pending().iterator();
    while (each.hasNext()) {
      SeriesState.Pending pending = each.next();
      if (pending.windowEndMillis() > newestDue) {
        break;
      }
      WindowAggregate.Kind kind = pending.aggregate().kind();
      if (isTotal(kind)) {
        untold = series.isBehind(pending.windowEndMillis()) ? kind : null;
      }
      emit(name, series, pending, out);
      each.remove();
    }
    if (untold != null) {
      tellTotals(untold, series, timestamp, context.timerService());
    }
    state.update(series);
  }

  private static boolean isTotal(WindowAggregate.Kind kind) {
    return kind == WindowAggregate.Kind.DELTA || kind == WindowAggregate.Kind.DISTRIBUTION;
  }

  /** Makes sure that a window will tell the totals, with points in it or without. */
  private static void tellTotals(
      WindowAggregate.Kind kind, SeriesState series, long now, TimerService timers) {
    long end = series.nextShown(now);
    for (SeriesState.Pending pending : series.pending()) {
      if (pending.windowEndMillis() >= end && pending.aggregate().kind() == kind) {
        return;
      }
    }
    if (series.pending(end) != null) {
      return; // of another type: the series has begun to be something else
    }
    long due = Windows.lastMillisOf(end);
    WindowAggregate nothing = WindowAggregate.ofNothing(kind, end - Windows.MILLIS);
    series.add(new SeriesState.Pending(end, due, nothing));
    timers.registerEventTimeTimer(due);
  }

  private void emit(
      Series name, SeriesState series, SeriesState.Pending pending, Collector<Sample> out) {
    long end = pending.windowEndMillis();
    WindowAggregate window = pending.aggregate();
    boolean behind = series.isBehind(end);
    boolean empty = window.points() == 0;
    switch (window.kind()) {
      case GAUGE, COUNTER -> out.collect(sample(name, window.last(), end));
      case GAUGE_STATISTICS -> {
        out.collect(sample(name, window.last(), end));
        out.collect(sample(name, "_min", window.min(), end));
        out.collect(sample(name, "_max", window.max(), end));
        out.collect(sample(name, "_avg", window.sum() / window.points(), end));
        out.collect(sample(name, "_count", window.points(), end));
      }
      case DELTA -> {
        series.addToTotals(window.sum(), window.points());
        if (!behind) {
          out.collect(sample(name, series.totalSum(), end));
        }
      }
      case DISTRIBUTION -> {
        series.addToTotals(window.sum(), window.points());
        if (!empty) {
          for (double quantile : QUANTILES) {
            Map<String, String> tags = new TreeMap<>(name.tags());
            tags.put("quantile", Double.toString(quantile));
            out.collect(new Sample(name.metric(), tags, window.quantile(quantile), end));
          }
        }
        if (!behind) {
          out.collect(sample(name, "_sum", series.totalSum(), end));
          out.collect(sample(name, "_count", series.totalCount(), end));
        }
      }
    }
    if (empty) {
      series.shown(end);
      return;
    }
    closedGaps.inc(series.open().emitted(end));
  }

  private static Sample sample(Series name, double value, long timestampMillis) {
    return new Sample(name.metric(), name.tags(), value, timestampMillis);
  }

  private static Sample sample(Series name, String suffix, double value, long timestampMillis) {
    return new Sample(name.metric() + suffix, name.tags(), value, timestampMillis);
  }
}
