package io.weir.operators.alerts;

import java.time.Duration;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Puts the events of each group in order and each of them once: {@link SequenceEvent} and {@link
 * Control} in; out the events in order of {@link SequenceEvent#ORDER}, and among them, when their
 * time is over, the deadlines of the first events that are still open ({@link OpenFirsts} says
 * which are told). Side output: {@link #LATE} events that came after event time or after later
 * events of their group. Repeats, known by their identity ({@link SeenEvents}), are dropped.
 *
 * <p>Events wait until the watermark passes them, or, while no points come at all, until {@link
 * EventClock} does. An event costs the same however many others wait or are open; a group has one
 * timer. A rule has at most so many groups in a task: events of further ones are counted and go no
 * further.
 */
public final class OrderEvents
    extends KeyedBroadcastProcessFunction<AlertKey, SequenceEvent, Control, SequenceEvent> {
  private static final long serialVersionUID = 2;

  /** Events that came too late to stand in order; the job is content with counting them. */
  public static final OutputTag<SequenceEvent> LATE = new OutputTag<>("late-events") {};

  private final long silenceAfterMillis;
  private final int maxGroupsPerRule;

  private transient EventClock clock;
  private transient ValueState<EventOrder> orders;
  private transient EventBuffer buffer;
  private transient SeenEvents seen;
  private transient ListState<SequenceEvent> open;
  private transient Counter late;
  private transient Counter dropped;
  private transient GroupCounts groups;
  private transient RefusedGroups refused;

  /** Whether the groups of a restored state are among those that {@link #groups} counts. */
  private transient boolean counted;

  /**
   * Creates the operator.
   *
   * @param silenceAfter how long nobody must have written a point before deadlines pass without
   *     event time
   * @param maxGroupsPerRule most groups of a rule in one task
   */
  public OrderEvents(Duration silenceAfter, int maxGroupsPerRule) {
    this.silenceAfterMillis = silenceAfter.toMillis();
    this.maxGroupsPerRule = maxGroupsPerRule;
  }

  @Override
  public void open(OpenContext context) {
    clock = new EventClock(silenceAfterMillis);
    var runtime = getRuntimeContext();
    orders = runtime.getState(AlertStates.ORDER);
    buffer =
        new EventBuffer(
            runtime.getMapState(AlertStates.EVENT_SLICES), runtime.getMapState(AlertStates.EVENTS));
    seen =
        new SeenEvents(
            runtime.getMapState(AlertStates.SEEN), runtime.getMapState(AlertStates.SEEN_TOO));
    open = runtime.getListState(AlertStates.OPEN_FIRSTS);
    late = runtime.getMetricGroup().counter(AlertMetrics.LATE_EVENTS);
    dropped = runtime.getMetricGroup().counter(AlertMetrics.DROPPED_FIRSTS);
    groups = new GroupCounts(maxGroupsPerRule);
    refused =
        new RefusedGroups(
            runtime.getMetricGroup().counter(AlertMetrics.REFUSED_POINTS), maxGroupsPerRule);
    counted = false;
  }

  @Override
  public void processElement(SequenceEvent event, ReadOnlyContext ctx, Collector<SequenceEvent> out)
      throws Exception {
    RuleEntry entry = ctx.getBroadcastState(AlertStates.RULES).get(event.key().ruleId());
    boolean outdated = entry != null && entry.meaningVersion() > event.key().meaningVersion();
    String identity = event.step() + event.event();
    if (outdated || seen.contains(identity)) {
      return;
    }
    EventOrder order = orders.value();
    long millis = event.timestampMillis();
    boolean isLate = order != null && millis <= order.handedOnMillis;
    if (isLate || millis <= ctx.currentWatermark()) {
      late.inc();
      ctx.output(LATE, event);
      return;
    }
    if (order == null) {
      if (!groups.begin(event.key().ruleId())) {
        refused.count(event.key());
        return;
      }
      order = new EventOrder();
    }
    seen.add(identity, order, millis);
    buffer.add(event);
    wakeAt(millis, order, ctx.timerService());
    orders.update(order);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<SequenceEvent> out)
      throws Exception {
    EventOrder order = orders.value();
    if (order == null || timestamp < order.dueMillis) {
      return;
    }
    order.dueMillis = EventBuffer.NEVER;
    long watermark = ctx.timerService().currentWatermark();
    // At the end of a bounded input time is over, but what waits has its order.
    long now = watermark == Long.MAX_VALUE ? timestamp : watermark;
    long next = handOn(now, order, out::collect);
    boolean forgotten = seen.forget(order, now);
    if (forgotten && next == EventBuffer.NEVER) {
      clear(ctx.getCurrentKey());
      return;
    }
    wakeAt(Math.min(next, seen.nextTurn(order)), order, ctx.timerService());
    orders.update(order);
  }

  @Override
  public void processBroadcastElement(Control control, Context ctx, Collector<SequenceEvent> out)
      throws Exception {
    RuleBook.Changes changes = RuleBook.apply(control, ctx.getBroadcastState(AlertStates.RULES));
    if (!counted) {
      counted = true;
      groups.clear();
      ctx.applyToKeyedState(AlertStates.ORDER, (key, order) -> groups.found(key.ruleId()));
    }
    if (!changes.ended().isEmpty()) {
      ctx.applyToKeyedState(
          AlertStates.ORDER,
          (key, state) -> {
            if (changes.ends(key)) {
              // Or the search would keep them until it forgets them by itself.
              new OpenFirsts(open.get(), out::collect, dropped::inc).abandon();
              clear(key);
            }
          });
    }
    if (control.kind() == Control.Kind.TICK) {
      clock.tick(control, ctx.currentWatermark());
      if (clock.isSilent()) {
        long now = clock.now(ctx.currentWatermark());
        ctx.applyToKeyedState(
            AlertStates.ORDER,
            (key, state) -> {
              EventOrder order = state.value();
              // The timer stays: it finds nothing to hand on and looks for what is next.
              if (order != null && order.dueMillis <= now) {
                handOn(now, order, out::collect);
                state.update(order);
              }
            });
      }
    }
  }

  /** Hands on what has come by a time, in order. Returns when there will be more. */
  private long handOn(long now, EventOrder order, Consumer<SequenceEvent> out) throws Exception {
    EventBuffer.Taken taken = buffer.take(now);
    OpenFirsts firsts = new OpenFirsts(open.get(), out, dropped::inc);
    taken.events().forEach(firsts::pass);
    firsts.expire(now);
    open.update(firsts.open());
    order.handedOnMillis = Math.max(order.handedOnMillis, firsts.nowMillis());
    return Math.min(taken.nextMillis(), firsts.nextMillis());
  }

  private static void wakeAt(long millis, EventOrder order, TimerService timers) {
    if (order.dueMillis <= millis) {
      return;
    }
    if (order.dueMillis != EventBuffer.NEVER) {
      timers.deleteEventTimeTimer(order.dueMillis);
    }
    timers.registerEventTimeTimer(millis);
    order.dueMillis = millis;
  }

  private void clear(AlertKey key) {
    groups.end(key.ruleId());
    orders.clear();
    buffer.clear();
    seen.clear();
    open.clear();
  }
}
