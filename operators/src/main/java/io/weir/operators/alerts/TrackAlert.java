package io.weir.operators.alerts;

import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.alert.AlertTransition.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Keeps where each alert stands: {@link AlertSignal} and {@link Control} in; out the latest {@link
 * AlertState} of an alert whenever it changes or its value does. Side output {@link #HISTORY}:
 * every {@link AlertTransition}.
 *
 * <pre>
 * inactive --breach--> pending --held--> firing --clear (eased: not yet)--> resolved
 *            pending --clear--> inactive                  resolved --breach--> pending
 * </pre>
 *
 * An alert of a sequence fires at once, and is resolved when {@code keep_firing_for_s} (or {@value
 * #SEQUENCE_SECONDS} s) have passed by the wall clock since the last sequence. An alert whose rule
 * is deleted or made to mean something else ends. One that is over is forgotten a day later: its
 * last state is {@code inactive}.
 *
 * <p>That a run was long enough comes by another way than its evaluations. While the job catches up
 * it may be overtaken by them: an alert that had ended by then is said to have fired and ended. Or
 * it overtakes them: it waits until an evaluation of its own run has come, so that the end of an
 * earlier run does not end this one.
 */
public final class TrackAlert
    extends KeyedBroadcastProcessFunction<AlertPlace, AlertSignal, Control, AlertState> {
  private static final long serialVersionUID = 1;

  /** Every transition of every alert. */
  public static final OutputTag<AlertTransition> HISTORY = new OutputTag<>("history") {};

  /** How long the alert of a sequence fires where its rule does not say. */
  static final long SEQUENCE_SECONDS = 300;

  private static final long FORGET_AFTER_MILLIS = Duration.ofHours(24).toMillis();

  /** Alerts that flap would each have a timer for every time they ended. */
  private static final long FORGET_EVERY_MILLIS = Duration.ofHours(1).toMillis();

  private static final Comparator<AlertSignal> BY_TIME =
      Comparator.comparingLong(AlertSignal::timeMillis);

  private transient ValueState<TrackedAlert> alerts;
  private transient ListState<WaitingSignal> waiting;
  private transient ValueState<AlertSignal> heldEarly;
  private transient Map<AlertStatus, Counter> transitions;
  private transient Counter outdated;
  private transient RulePatience patience;
  private transient int rules;

  @Override
  public void open(OpenContext context) {
    alerts = getRuntimeContext().getState(AlertStates.ALERT);
    waiting = getRuntimeContext().getListState(AlertStates.WAITING);
    heldEarly = getRuntimeContext().getState(AlertStates.HELD_EARLY);
    patience = new RulePatience();
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    transitions = new EnumMap<>(AlertStatus.class);
    for (AlertStatus status : AlertStatus.values()) {
      String name = status.name().toLowerCase(Locale.ROOT);
      transitions.put(
          status, metrics.addGroup(AlertMetrics.STATUS, name).counter(AlertMetrics.TRANSITIONS));
    }
    outdated = metrics.counter(AlertMetrics.OUTDATED_SIGNALS);
    metrics.gauge(AlertMetrics.RULES, () -> rules);
  }

  @Override
  public void processElement(AlertSignal signal, ReadOnlyContext ctx, Collector<AlertState> out)
      throws Exception {
    RuleEntry entry = ctx.getBroadcastState(AlertStates.RULES).get(signal.key().ruleId());
    TimerService timers = ctx.timerService();
    boolean others = waiting.get().iterator().hasNext();
    if (isKnown(entry, signal) && !others) {
      judge(signal, entry, timers, out, ctx::output);
      return;
    }
    long now = timers.currentProcessingTime();
    waiting.add(new WaitingSignal(signal, now));
    if (!others) {
      timers.registerProcessingTimeTimer(now + RulePatience.LOOK_MILLIS);
    }
    if (isKnown(entry, signal)) {
      retry(entry, timers, out, ctx::output);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<AlertState> out)
      throws Exception {
    AlertPlace place = ctx.getCurrentKey();
    TimerService timers = ctx.timerService();
    RuleEntry entry = ctx.getBroadcastState(AlertStates.RULES).get(place.ruleId());
    if (retry(entry, timers, out, ctx::output)) {
      timers.registerProcessingTimeTimer(timers.currentProcessingTime() + RulePatience.LOOK_MILLIS);
    }
    TrackedAlert alert = alerts.value();
    if (alert == null || alert.expiresAtMillis() == 0) {
      return;
    }
    if (alert.expiresAtMillis() > timestamp) {
      timers.registerProcessingTimeTimer(alert.expiresAtMillis());
      return;
    }
    if (entry == null || entry.meaningVersion() != alert.meaningVersion()) {
      alerts.clear();
      return;
    }
    Change change = new Change(place, entry, timers, out, ctx::output);
    if (alert.status() == AlertStatus.FIRING) {
      change.end(alert, timestamp, Reason.EXPIRED);
    } else {
      change.forget(alert);
    }
  }

  @Override
  public void processBroadcastElement(Control control, Context ctx, Collector<AlertState> out)
      throws Exception {
    var state = ctx.getBroadcastState(AlertStates.RULES);
    RuleBook.Changes changes = RuleBook.apply(control, state);
    patience.heard(control);
    if (!changes.ended().isEmpty()) {
      ctx.applyToKeyedState(
          AlertStates.ALERT,
          (place, alert) -> {
            TrackedAlert last = alert.value();
            RuleEntry ended =
                last == null ? null : changes.ended(place.ruleId(), last.meaningVersion());
            if (ended == null) {
              return;
            }
            Change change = new Change(place, ended, null, out, ctx::output);
            if (last.isActive()) {
              boolean deleted = !state.contains(place.ruleId());
              change.end(
                  last,
                  Math.max(last.updatedAtMillis(), ctx.currentWatermark()),
                  deleted ? Reason.RULE_DELETED : Reason.RULE_CHANGED);
              last = alerts.value();
            }
            change.forget(last);
          });
      ctx.applyToKeyedState(
          AlertStates.HELD_EARLY,
          (place, held) -> {
            if (held.value() != null && changes.ends(held.value().key())) {
              held.clear();
            }
          });
    }
    if (control.kind() != Control.Kind.TICK) {
      rules = EvaluateRule.size(state);
    }
  }

  /** Applies a signal whose rule, or a later version of it, is known. */
  private void judge(
      AlertSignal signal,
      RuleEntry entry,
      TimerService timers,
      Collector<AlertState> out,
      History history)
      throws Exception {
    if (entry.meaningVersion() == signal.key().meaningVersion()) {
      new Change(signal.key().place(), entry, timers, out, history).apply(signal);
    } else {
      outdated.inc();
    }
  }

  /**
   * Applies, in order of time, what has been waiting for a rule that is known by now. Returns
   * whether anything is waiting still.
   */
  private boolean retry(
      RuleEntry entry, TimerService timers, Collector<AlertState> out, History history)
      throws Exception {
    List<AlertSignal> due = new ArrayList<>();
    List<WaitingSignal> left = new ArrayList<>();
    boolean gone = false;
    for (WaitingSignal each : waiting.get()) {
      if (isKnown(entry, each.signal())) {
        due.add(each.signal());
      } else if (patience.isOver(each.sinceMillis())) {
        outdated.inc();
        gone = true;
      } else {
        left.add(each);
      }
    }
    if (gone || !due.isEmpty()) {
      waiting.update(left);
    }
    due.sort(BY_TIME);
    for (AlertSignal signal : due) {
      judge(signal, entry, timers, out, history);
    }
    return !left.isEmpty();
  }

  /** Returns whether the rule of a signal has come, be it in a later version. */
  private static boolean isKnown(RuleEntry entry, AlertSignal signal) {
    return entry != null && entry.meaningVersion() >= signal.key().meaningVersion();
  }

  /** Where transitions go. */
  private interface History {
    void add(OutputTag<AlertTransition> tag, AlertTransition transition);
  }

  /** What one occasion changes about one alert. */
  private final class Change {
    private final AlertPlace place;
    private final RuleEntry entry;
    private final TimerService timers;
    private final Collector<AlertState> out;
    private final History history;

    Change(
        AlertPlace place,
        RuleEntry entry,
        TimerService timers,
        Collector<AlertState> out,
        History history) {
      this.place = place;
      this.entry = entry;
      this.timers = timers;
      this.out = out;
      this.history = history;
    }

    void apply(AlertSignal signal) throws Exception {
      TrackedAlert alert = alerts.value();
      if (alert == null || alert.meaningVersion() != signal.key().meaningVersion()) {
        alert = TrackedAlert.unknown(signal.key().meaningVersion());
      }
      switch (signal.kind()) {
        case BREACH -> breach(alert, signal);
        case CLEAR, EASED -> clear(alert, signal);
        case HELD -> hold(alert, signal);
        case OCCURRED -> occur(alert, signal);
        case FORGOTTEN -> {
          if (alert.isActive()) {
            end(alert, signal.timeMillis(), Reason.EXPIRED);
          }
        }
      }
    }

    private void breach(TrackedAlert alert, AlertSignal signal) throws Exception {
      become(alert, alert.breached(signal), reason(signal), true);
      AlertSignal held = heldEarly.value();
      boolean same = held != null && held.key().equals(signal.key());
      if (held == null || (same && held.startedMillis() > signal.startedMillis())) {
        return;
      }
      heldEarly.clear();
      if (same && held.startedMillis() == signal.startedMillis()) {
        hold(alerts.value(), held);
      } else {
        outdated.inc(); // of a run of which nothing else came
      }
    }

    private void clear(TrackedAlert alert, AlertSignal signal) throws Exception {
      TrackedAlert cleared = alert.cleared(signal);
      if (cleared.easing() && alert.status() == AlertStatus.FIRING) {
        become(alert, cleared, reason(signal), true);
      } else if (alert.isActive()) {
        end(cleared, signal.timeMillis(), reason(signal));
      } else if (alert.easing()) {
        alerts.update(cleared.expiringAt(alert.expiresAtMillis()));
      }
    }

    private void hold(TrackedAlert alert, AlertSignal signal) throws Exception {
      if (alert.runStartedMillis() < signal.startedMillis()) {
        heldEarly.update(signal);
        return;
      }
      if (alert.status() == AlertStatus.FIRING) {
        return;
      }
      boolean same = alert.runStartedMillis() == signal.startedMillis();
      if (same && alert.status() == AlertStatus.PENDING) {
        become(alert, alert.fired(signal), reason(signal), true);
      } else if (same && alert.clearedAtMillis() != null) {
        TrackedAlert fired = alert.fired(signal);
        become(alert, fired, reason(signal), true);
        if (!alert.easing()) {
          end(fired, alert.clearedAtMillis(), Reason.CONDITION);
        }
      } else {
        outdated.inc();
      }
    }

    private void occur(TrackedAlert alert, AlertSignal signal) throws Exception {
      boolean firing = alert.status() == AlertStatus.FIRING;
      long seconds = entry.rule().keepFiringForSeconds();
      long expires =
          timers.currentProcessingTime() + 1000 * (seconds == 0 ? SEQUENCE_SECONDS : seconds);
      TrackedAlert next = firing ? alert.breached(signal) : alert.fired(signal);
      become(alert, next.expiringAt(expires), Reason.CONDITION, true);
      if (!firing || alert.expiresAtMillis() == 0) {
        timers.registerProcessingTimeTimer(expires); // when it comes it looks for a later time
      }
    }

    void end(TrackedAlert alert, long millis, Reason reason) throws Exception {
      TrackedAlert ended = alert.ended(millis);
      if (timers != null) {
        long after = timers.currentProcessingTime() + FORGET_AFTER_MILLIS;
        long forget = (after / FORGET_EVERY_MILLIS + 1) * FORGET_EVERY_MILLIS;
        timers.registerProcessingTimeTimer(forget);
        ended = ended.expiringAt(forget);
      }
      become(alert, ended, reason, false);
    }

    void forget(TrackedAlert alert) throws IOException {
      alerts.clear();
      heldEarly.clear();
      if (alert.status() == AlertStatus.RESOLVED) {
        out.collect(AlertTexts.state(place, entry, alert.forgotten()));
      }
    }

    private void become(TrackedAlert before, TrackedAlert after, Reason reason, boolean refresh)
        throws Exception {
      alerts.update(after);
      boolean changed = before.status() != after.status();
      if (changed || refresh) {
        AlertState state = AlertTexts.state(place, entry, after);
        out.collect(state);
        if (changed) {
          transitions.get(after.status()).inc();
          history.add(HISTORY, new AlertTransition(before.status(), reason, state));
        }
      }
    }

    private Reason reason(AlertSignal signal) {
      boolean measures =
          entry.rule().kind() == Kind.THRESHOLD || entry.rule().kind() == Kind.LOG_MATCH;
      return signal.value() == null && measures ? Reason.NO_DATA : Reason.CONDITION;
    }
  }
}
