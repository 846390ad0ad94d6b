package io.weir.operators.alerts;

import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.alert.AlertTransition.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
 * inactive --breach--> pending --held--> firing --clear, after keep_firing_for_s--> resolved
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
    extends KeyedBroadcastProcessFunction<AlertKey, AlertSignal, Control, AlertState> {
  private static final long serialVersionUID = 1;

  /** Every transition of every alert. */
  public static final OutputTag<AlertTransition> HISTORY = new OutputTag<>("history") {};

  /** How long the alert of a sequence fires where its rule does not say. */
  static final long SEQUENCE_SECONDS = 300;

  private static final long FORGET_AFTER_MILLIS = Duration.ofHours(24).toMillis();
  private static final long RULE_WAIT_MILLIS = 200;
  private static final long LONGEST_RULE_WAIT_MILLIS = Duration.ofSeconds(30).toMillis();

  private transient ValueState<TrackedAlert> alerts;
  private transient ListState<AlertSignal> waiting;
  private transient ValueState<AlertSignal> heldEarly;
  private transient Map<AlertStatus, Counter> transitions;
  private transient Counter outdated;
  private transient int rules;

  /** Since when signals have been waiting for rules; 0 while none are. Not worth a state. */
  private transient long waitingSinceMillis;

  @Override
  public void open(OpenContext context) {
    alerts = getRuntimeContext().getState(AlertStates.ALERT);
    waiting = getRuntimeContext().getListState(AlertStates.WAITING);
    heldEarly = getRuntimeContext().getState(AlertStates.HELD_EARLY);
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
    if (entry == null || entry.meaningVersion() < signal.key().meaningVersion()) {
      // The rule comes by another way than its signals and may be a moment later.
      waiting.add(signal);
      TimerService timers = ctx.timerService();
      timers.registerProcessingTimeTimer(timers.currentProcessingTime() + RULE_WAIT_MILLIS);
    } else if (entry.meaningVersion() > signal.key().meaningVersion()) {
      outdated.inc();
    } else {
      Change change = new Change(signal.key(), entry, ctx.timerService(), out, ctx::output);
      change.apply(signal);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<AlertState> out)
      throws Exception {
    AlertKey key = ctx.getCurrentKey();
    RuleEntry entry = ctx.getBroadcastState(AlertStates.RULES).get(key.ruleId());
    retry(key, entry, ctx, out);
    TrackedAlert alert = alerts.value();
    if (alert == null || alert.expiresAtMillis() == 0 || alert.expiresAtMillis() > timestamp) {
      return;
    }
    if (!RuleBook.isCurrent(key, entry)) {
      alerts.clear();
      return;
    }
    Change change = new Change(key, entry, ctx.timerService(), out, ctx::output);
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
    for (RuleEntry ended : changes.ended()) {
      boolean deleted = !state.contains(ended.rule().id());
      ctx.applyToKeyedState(
          AlertStates.ALERT,
          (key, alert) -> {
            if (alert.value() != null
                && key.meaningVersion() == ended.meaningVersion()
                && key.ruleId().equals(ended.rule().id())) {
              TrackedAlert last = alert.value();
              Change change = new Change(key, ended, null, out, ctx::output);
              if (last.status() == AlertStatus.PENDING || last.status() == AlertStatus.FIRING) {
                change.end(
                    last,
                    Math.max(last.updatedAtMillis(), ctx.currentWatermark()),
                    deleted ? Reason.RULE_DELETED : Reason.RULE_CHANGED);
                last = alerts.value();
              }
              change.forget(last);
            }
          });
    }
    if (control.kind() != Control.Kind.TICK) {
      rules = EvaluateRule.size(state);
    }
  }

  private void retry(AlertKey key, RuleEntry entry, OnTimerContext ctx, Collector<AlertState> out)
      throws Exception {
    List<AlertSignal> signals = new ArrayList<>();
    waiting.get().forEach(signals::add);
    if (signals.isEmpty()) {
      return;
    }
    long now = ctx.timerService().currentProcessingTime();
    boolean known = entry != null && entry.meaningVersion() >= key.meaningVersion();
    if (!known && waitingSinceMillis == 0) {
      waitingSinceMillis = now;
    }
    if (!known && now - waitingSinceMillis < LONGEST_RULE_WAIT_MILLIS) {
      ctx.timerService().registerProcessingTimeTimer(now + RULE_WAIT_MILLIS);
      return;
    }
    waiting.clear();
    waitingSinceMillis = 0;
    if (RuleBook.isCurrent(key, entry)) {
      Change change = new Change(key, entry, ctx.timerService(), out, ctx::output);
      for (AlertSignal signal : signals) {
        change.apply(signal);
      }
    } else {
      outdated.inc(signals.size());
    }
  }

  /** Where transitions go. */
  private interface History {
    void add(OutputTag<AlertTransition> tag, AlertTransition transition);
  }

  /** What one occasion changes about one alert. */
  private final class Change {
    private final AlertKey key;
    private final RuleEntry entry;
    private final TimerService timers;
    private final Collector<AlertState> out;
    private final History history;

    Change(
        AlertKey key,
        RuleEntry entry,
        TimerService timers,
        Collector<AlertState> out,
        History history) {
      this.key = key;
      this.entry = entry;
      this.timers = timers;
      this.out = out;
      this.history = history;
    }

    void apply(AlertSignal signal) throws Exception {
      TrackedAlert alert = alerts.value() == null ? TrackedAlert.NEW : alerts.value();
      switch (signal.kind()) {
        case BREACH -> breach(alert, signal);
        case CLEAR -> clear(alert, signal);
        case HELD -> hold(alert, signal);
        case OCCURRED -> occur(alert, signal);
        case FORGOTTEN -> {
          if (alert.status() == AlertStatus.PENDING || alert.status() == AlertStatus.FIRING) {
            end(alert, signal.timeMillis(), Reason.EXPIRED);
          }
        }
      }
    }

    private void breach(TrackedAlert alert, AlertSignal signal) throws Exception {
      become(alert, alert.breached(signal), reason(signal), true);
      AlertSignal held = heldEarly.value();
      if (held == null || held.startedMillis() > signal.startedMillis()) {
        return;
      }
      heldEarly.clear();
      if (held.startedMillis() == signal.startedMillis()) {
        hold(alerts.value(), held);
      } else {
        outdated.inc(); // of a run of which nothing else came
      }
    }

    private void clear(TrackedAlert alert, AlertSignal signal) throws Exception {
      TrackedAlert cleared = alert.cleared(signal);
      long keepMillis = entry.rule().keepFiringForSeconds() * 1000;
      boolean kept =
          alert.status() == AlertStatus.FIRING
              && signal.timeMillis() - alert.lastBreachMillis() < keepMillis;
      boolean active =
          alert.status() == AlertStatus.PENDING || alert.status() == AlertStatus.FIRING;
      if (kept) {
        become(alert, cleared, reason(signal), true);
      } else if (active) {
        end(cleared, signal.timeMillis(), reason(signal));
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
        end(fired, alert.clearedAtMillis(), Reason.CONDITION);
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
      timers.registerProcessingTimeTimer(expires);
    }

    void end(TrackedAlert alert, long millis, Reason reason) throws Exception {
      TrackedAlert ended = alert.ended(millis);
      if (timers != null) {
        long forget = timers.currentProcessingTime() + FORGET_AFTER_MILLIS;
        timers.registerProcessingTimeTimer(forget);
        ended = ended.expiringAt(forget);
      }
      become(alert, ended, reason, false);
    }

    void forget(TrackedAlert alert) throws IOException {
      alerts.clear();
      heldEarly.clear();
      if (alert.status() == AlertStatus.RESOLVED) {
        out.collect(
            AlertTexts.state(
                key,
                entry,
                new TrackedAlert(
                    AlertStatus.INACTIVE,
                    alert.sinceMillis(),
                    alert.runStartedMillis(),
                    null,
                    null,
                    alert.lastBreachMillis(),
                    alert.clearedAtMillis(),
                    alert.value(),
                    alert.updatedAtMillis(),
                    0)));
      }
    }

    private void become(TrackedAlert before, TrackedAlert after, Reason reason, boolean refresh)
        throws Exception {
      alerts.update(after);
      boolean changed = before.status() != after.status();
      if (changed || refresh) {
        AlertState state = AlertTexts.state(key, entry, after);
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
