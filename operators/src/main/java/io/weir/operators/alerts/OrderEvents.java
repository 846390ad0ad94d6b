package io.weir.operators.alerts;

import io.weir.operators.alerts.SequenceEvent.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Puts the events of each group in order and each of them once: {@link SequenceEvent} and {@link
 * Control} in, the same events out in order of {@link EventPlace}, each first event followed, when
 * its time is over, by its deadline. Side output: {@link #LATE} events that came after later ones
 * had been handed on. Repeats, known by their identity, are dropped.
 *
 * <p>Events wait until the watermark passes them, or, while no points come at all, until {@link
 * EventClock} does.
 */
public final class OrderEvents
    extends KeyedBroadcastProcessFunction<AlertKey, SequenceEvent, Control, SequenceEvent> {
  private static final long serialVersionUID = 1;

  /** Events that came too late to stand in order; the job is content with counting them. */
  public static final OutputTag<SequenceEvent> LATE = new OutputTag<>("late-events") {};

  /** How long an event's identity is known: the log metrics job repeats what a restart undid. */
  private static final long REMEMBERED_MILLIS = Duration.ofHours(1).toMillis();

  private final long silenceAfterMillis;

  private transient EventClock clock;
  private transient MapState<EventPlace, SequenceEvent> events;
  private transient MapState<String, Long> seen;
  private transient ValueState<Long> turn;
  private transient Counter late;

  /**
   * Creates the operator.
   *
   * @param silenceAfter how long nobody must have written a point before deadlines pass without
   *     event time
   */
  public OrderEvents(Duration silenceAfter) {
    this.silenceAfterMillis = silenceAfter.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    clock = new EventClock(silenceAfterMillis);
    events = getRuntimeContext().getMapState(AlertStates.EVENTS);
    seen = getRuntimeContext().getMapState(AlertStates.SEEN);
    turn = getRuntimeContext().getState(AlertStates.TURN);
    late = getRuntimeContext().getMetricGroup().counter(AlertMetrics.LATE_EVENTS);
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
    if (event.timestampMillis() <= clock.now(ctx.currentWatermark())) {
      late.inc();
      ctx.output(LATE, event);
      return;
    }
    seen.put(identity, event.timestampMillis());
    events.put(event.place(), event);
    wake(event.timestampMillis());
    ctx.timerService().registerEventTimeTimer(event.timestampMillis());
    if (event.step() == Step.FIRST) {
      SequenceEvent deadline = event.deadline();
      events.put(deadline.place(), deadline);
      ctx.timerService().registerEventTimeTimer(deadline.timestampMillis());
    }
    // Forgetting needs a turn of its own: nothing may ever come again.
    ctx.timerService().registerEventTimeTimer(event.timestampMillis() + REMEMBERED_MILLIS + 1);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<SequenceEvent> out)
      throws Exception {
    handOn(timestamp, out::collect);
    forget(timestamp);
  }

  @Override
  public void processBroadcastElement(Control control, Context ctx, Collector<SequenceEvent> out)
      throws Exception {
    RuleBook.Changes changes = RuleBook.apply(control, ctx.getBroadcastState(AlertStates.RULES));
    if (!changes.ended().isEmpty()) {
      ctx.applyToKeyedState(
          AlertStates.TURN,
          (key, state) -> {
            if (changes.ends(key)) {
              clear();
            }
          });
    }
    if (control.kind() == Control.Kind.TICK) {
      clock.tick(control, ctx.currentWatermark());
      if (clock.isSilent()) {
        long now = clock.now(ctx.currentWatermark());
        ctx.applyToKeyedState(
            AlertStates.TURN,
            (key, state) -> {
              if (state.value() != null && state.value() <= now) {
                handOn(now, out::collect);
              }
            });
      }
    }
  }

  /** Hands on what has come by a time, in order. */
  private void handOn(long until, Consumer<SequenceEvent> out) throws Exception {
    List<EventPlace> due = new ArrayList<>();
    long next = Long.MAX_VALUE;
    for (EventPlace place : events.keys()) {
      if (place.timestampMillis() <= until) {
        due.add(place);
      } else {
        next = Math.min(next, place.timestampMillis());
      }
    }
    due.sort(null);
    for (EventPlace place : due) {
      out.accept(events.get(place));
      events.remove(place);
    }
    if (next < Long.MAX_VALUE) {
      turn.update(next);
    } else if (!due.isEmpty()) {
      turn.update(until);
    }
  }

  private void wake(long millis) throws Exception {
    Long before = turn.value();
    turn.update(before == null ? millis : Math.min(before, millis));
  }

  private void forget(long now) throws Exception {
    List<String> old = new ArrayList<>();
    boolean left = false;
    for (Map.Entry<String, Long> entry : seen.entries()) {
      if (entry.getValue() + REMEMBERED_MILLIS < now) {
        old.add(entry.getKey());
      } else {
        left = true;
      }
    }
    for (String identity : old) {
      seen.remove(identity);
    }
    if (!left && events.isEmpty()) {
      clear();
    }
  }

  private void clear() {
    events.clear();
    seen.clear();
    turn.clear();
  }
}
