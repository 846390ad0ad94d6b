package io.weir.operators.alerts;

import io.weir.model.alert.AlertGroup;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.alert.AlertRule.NoData;
import io.weir.operators.alerts.RoutedPoint.Role;
import io.weir.operators.alerts.RoutedPoint.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Evaluates every group of every rule at fixed moments of event time: {@link RoutedPoint} and
 * {@link Control} in, {@link AlertSignal} out while a group breaches and until others need to hear
 * no more. Side outputs: {@link #RUNS} for the search for runs, {@link #LATE} points that came
 * after the last evaluation of their windows.
 *
 * <p>An evaluation at {@code t} sees the points of {@code (t - window, t]} and is made when the
 * watermark passes {@code t}, or, while no points come at all, when {@link EventClock} does. The
 * signals of a group come in order of time.
 *
 * <p>A group may come before its rule does, which comes by another way. It then waits, however far
 * event time goes on meanwhile, and makes all its evaluations when the rule is there; it ends when
 * the rule is known to be gone ({@link RulePatience}).
 */
public final class EvaluateRule
    extends KeyedBroadcastProcessFunction<AlertKey, RoutedPoint, Control, AlertSignal> {
  private static final long serialVersionUID = 1;

  /** What {@link HeldRuns} looks at, in order of time for each group. */
  public static final OutputTag<RunEvent> RUNS = new OutputTag<>("runs") {};

  /** Points whose windows had all been evaluated; the job is content with counting them. */
  public static final OutputTag<RoutedPoint> LATE = new OutputTag<>("late-points") {};

  /** How long before a window a counter's last value still says where it stood. */
  private static final long RATE_BASELINE_MILLIS = Duration.ofMinutes(5).toMillis();

  /** The same for counters of events, which may stand still for long. */
  private static final long LOG_BASELINE_MILLIS = Duration.ofDays(7).toMillis();

  /** A group that has been silent for longer is gone, and its alert with it. */
  private static final long GONE_AFTER_MILLIS = Duration.ofHours(24).toMillis();

  private final long silenceAfterMillis;
  private final int maxGroupsPerRule;

  private transient EventClock clock;
  private transient RulePatience patience;
  private transient ValueState<Progress> progress;
  private transient MapState<BucketKey, Bucket> buckets;
  private transient Counter evaluations;
  private transient Counter ruleWaits;
  private transient Counter withoutRule;
  private transient Counter late;
  private transient RefusedGroups refused;
  private transient int rules;
  private transient GroupCounts groups;

  /** Whether the groups of a restored state are among those that {@link #groups} counts. */
  private transient boolean counted;

  /**
   * Creates the operator.
   *
   * @param silenceAfter how long nobody must have written a point before silence is evaluated
   * @param maxGroupsPerRule most groups of a rule in one task; points of further ones are counted
   *     and go no further
   */
  public EvaluateRule(Duration silenceAfter, int maxGroupsPerRule) {
    this.silenceAfterMillis = silenceAfter.toMillis();
    this.maxGroupsPerRule = maxGroupsPerRule;
  }

  @Override
  public void open(OpenContext context) {
    clock = new EventClock(silenceAfterMillis);
    patience = new RulePatience();
    progress = getRuntimeContext().getState(AlertStates.PROGRESS);
    buckets = getRuntimeContext().getMapState(AlertStates.BUCKETS);
    var metrics = getRuntimeContext().getMetricGroup();
    evaluations = metrics.counter(AlertMetrics.EVALUATIONS);
    ruleWaits = metrics.counter(AlertMetrics.RULE_WAITS);
    withoutRule = metrics.counter(AlertMetrics.GROUPS_WITHOUT_RULE);
    late = metrics.counter(AlertMetrics.LATE_POINTS);
    refused = new RefusedGroups(metrics.counter(AlertMetrics.REFUSED_POINTS), maxGroupsPerRule);
    groups = new GroupCounts(maxGroupsPerRule);
    counted = false;
    metrics.gauge(AlertMetrics.RULES, () -> rules);
  }

  @Override
  public void processElement(RoutedPoint point, ReadOnlyContext ctx, Collector<AlertSignal> out)
      throws Exception {
    AlertKey key = point.key();
    RuleEntry entry = ctx.getBroadcastState(AlertStates.RULES).get(key.ruleId());
    if (entry != null && entry.meaningVersion() > key.meaningVersion()) {
      return; // on its way when the rule was made to mean something else
    }
    Progress group = progress.value();
    boolean changed = false;
    if (group == null) {
      if (!groups.begin(key.ruleId())) {
        refused.count(key);
        return;
      }
      group = new Progress();
      begin(group, point, ctx.timerService());
      changed = true;
    } else if (group.nextMillis == Progress.UNSET && point.role() != Role.ANNOUNCEMENT) {
      begin(group, point, ctx.timerService()); // announced before event time began
      changed = true;
    }
    if (point.role() != Role.ANNOUNCEMENT) {
      changed |= add(point, group, RuleBook.isCurrent(key, entry) ? entry.rule() : null, ctx);
    }
    if (changed) {
      progress.update(group);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<AlertSignal> out)
      throws Exception {
    Progress group = progress.value();
    if (group == null) {
      return;
    }
    AlertKey key = ctx.getCurrentKey();
    TimerService timers = ctx.timerService();
    RuleEntry entry = ctx.getBroadcastState(AlertStates.RULES).get(key.ruleId());
    if (!RuleBook.isCurrent(key, entry)) {
      await(key, group, entry, timers.currentProcessingTime(), output(out, ctx::output));
      if (progress.value() != null) {
        timers.registerProcessingTimeTimer(
            timers.currentProcessingTime() + RulePatience.LOOK_MILLIS);
      }
      return;
    }
    long watermark = timers.currentWatermark();
    boolean ending = watermark == Long.MAX_VALUE;
    boolean inEventTime = ctx.timeDomain() == TimeDomain.EVENT_TIME;
    // At the end of a bounded input time is over: evaluating on would never end.
    long now = ending ? (inEventTime ? timestamp : group.nextMillis) : clock.now(watermark);
    advance(key, group, entry, now, output(out, ctx::output));
    if (progress.value() != null && !ending) {
      timers.registerEventTimeTimer(
          inEventTime ? Math.max(group.nextMillis, timestamp + 1) : Math.max(group.nextMillis, 0));
    }
  }

  @Override
  public void processBroadcastElement(Control control, Context ctx, Collector<AlertSignal> out)
      throws Exception {
    var state = ctx.getBroadcastState(AlertStates.RULES);
    RuleBook.Changes changes = RuleBook.apply(control, state);
    patience.heard(control);
    if (!counted) {
      counted = true;
      groups.clear();
      ctx.applyToKeyedState(AlertStates.PROGRESS, (key, group) -> groups.found(key.ruleId()));
    }
    if (!changes.ended().isEmpty()) {
      ctx.applyToKeyedState(
          AlertStates.PROGRESS,
          (key, group) -> {
            if (changes.ends(key)) {
              end(key, group.value(), output(out, ctx::output));
            }
          });
    }
    if (control.kind() == Control.Kind.TICK) {
      tick(control, ctx, out);
    } else {
      rules = size(state);
    }
  }

  /** While nobody writes points no timer fires: everybody is asked. */
  private void tick(Control control, Context ctx, Collector<AlertSignal> out) throws Exception {
    clock.tick(control, ctx.currentWatermark());
    if (!clock.isSilent()) {
      return;
    }
    var state = ctx.getBroadcastState(AlertStates.RULES);
    long now = clock.now(ctx.currentWatermark());
    ctx.applyToKeyedState(
        AlertStates.PROGRESS,
        (key, value) -> {
          Progress group = value.value();
          RuleEntry entry = state.get(key.ruleId());
          if (group == null) {
            return;
          }
          if (RuleBook.isCurrent(key, entry)) {
            advance(key, group, entry, now, output(out, ctx::output));
          } else if (group.nextMillis <= now) {
            await(key, group, entry, control.wallMillis(), output(out, ctx::output));
          }
        });
  }

  private void begin(Progress group, RoutedPoint point, TimerService timers) {
    long every = point.everySeconds() * 1000;
    long now = clock.now(timers.currentWatermark());
    if (point.role() == Role.ANNOUNCEMENT && now == Long.MIN_VALUE) {
      timers.registerEventTimeTimer(0); // as soon as event time begins
      return;
    }
    long due = -Math.floorDiv(-point.timestampMillis(), every) * every;
    set(group, point.role() == Role.ANNOUNCEMENT ? after(now, every) : due, every);
    if (group.nextMillis <= now) {
      set(group, after(now, every), every);
    }
    timers.registerEventTimeTimer(group.nextMillis);
  }

  private static void set(Progress group, long nextMillis, long every) {
    group.nextMillis = nextMillis;
    group.knownSinceMillis = nextMillis - every;
  }

  private static long after(long now, long every) {
    return (Math.floorDiv(now, every) + 1) * every;
  }

  /** Returns whether the group's progress has changed. */
  private boolean add(RoutedPoint point, Progress group, AlertRule rule, ReadOnlyContext ctx)
      throws Exception {
    long millis = point.timestampMillis();
    if (rule != null && rule.kind() == Kind.ABSENCE) {
      if (point.shape() != Shape.COUNTER || hasGrown(point)) {
        group.lastSeenMillis = Math.max(group.lastSeenMillis, millis);
        return true;
      }
      return false;
    }
    if (rule != null
        && group.nextMillis != Progress.UNSET
        && millis <= group.nextMillis - rule.windowSeconds() * 1000) {
      late.inc();
      ctx.output(LATE, point);
      if (point.shape() != Shape.COUNTER) {
        return false;
      }
      // Or the next value in time would count all that grew since the last one in time.
    }
    BucketKey place =
        new BucketKey(Bucket.endOf(millis), point.role() == Role.DENOMINATOR, point.series());
    Bucket bucket = buckets.get(place);
    boolean first = bucket == null;
    if (first) {
      bucket = new Bucket();
      bucket.fromZero = point.fromZero();
      // Whether a group is gone is a matter of hours: the first point of a bucket is enough.
      group.lastSeenMillis = Math.max(group.lastSeenMillis, millis);
    }
    bucket.add(point);
    buckets.put(place, bucket);
    return first;
  }

  /** A cumulative counter that is written again without having grown is no event. */
  private boolean hasGrown(RoutedPoint point) throws Exception {
    BucketKey place = new BucketKey(0, false, point.series());
    Bucket bucket = buckets.get(place);
    boolean grown;
    if (bucket == null) {
      bucket = new Bucket();
      grown = point.fromZero() && point.value() > 0;
    } else {
      grown =
          point.timestampMillis() >= bucket.lastMillis
              && Bucket.growth(bucket.last, point.value()) > 0;
    }
    bucket.add(point);
    buckets.put(place, bucket);
    return grown;
  }

  /** Makes every evaluation that is due. */
  private void advance(
      AlertKey key, Progress group, RuleEntry entry, long now, Evaluator.Output output)
      throws Exception {
    group.waitingSinceMillis = Progress.UNSET;
    if (now == Long.MIN_VALUE) {
      progress.update(group);
      return;
    }
    AlertRule rule = entry.rule();
    long every = rule.evaluateEverySeconds() * 1000;
    if (group.nextMillis == Progress.UNSET) {
      set(group, after(now, every), every);
    }
    Evaluator evaluator = new Evaluator(key, rule, group, output);
    while (group.nextMillis <= now) {
      long moment = group.nextMillis;
      Double measured =
          rule.kind() == Kind.ABSENCE ? null : Measure.of(rule, moment, buckets.entries());
      evaluator.evaluate(moment, measured);
      evaluations.inc();
      group.nextMillis = moment + every;
      boolean empty = tidy(rule, moment, group.nextMillis);
      if (isGone(key, rule, group, moment, empty)) {
        evaluator.forget(moment);
        forget(key);
        return;
      }
    }
    progress.update(group);
  }

  /** The rule is on its way to this task, or it is gone. */
  private void await(
      AlertKey key, Progress group, RuleEntry entry, long wallMillis, Evaluator.Output output)
      throws Exception {
    if (group.waitingSinceMillis == Progress.UNSET) {
      group.waitingSinceMillis = wallMillis;
      ruleWaits.inc();
    }
    boolean replaced = entry != null && entry.meaningVersion() > key.meaningVersion();
    if (replaced || patience.isOver(group.waitingSinceMillis)) {
      withoutRule.inc();
      end(key, group, output);
    } else {
      progress.update(group);
    }
  }

  private void end(AlertKey key, Progress group, Evaluator.Output output) {
    if (group != null && group.breaching) {
      output.run(
          new RunEvent(
              key,
              RunEvent.Kind.CLEARED,
              group.nextMillis,
              group.startedMillis,
              1,
              Bucket.MILLIS,
              group.span,
              null));
    }
    if (group != null) {
      forget(key);
    }
  }

  private void forget(AlertKey key) {
    progress.clear();
    buckets.clear();
    groups.end(key.ruleId());
  }

  /** Removes what no later evaluation looks at; returns whether nothing is left. */
  private boolean tidy(AlertRule rule, long moment, long nextMillis) throws Exception {
    long windowFrom = nextMillis - rule.windowSeconds() * 1000;
    long baselineFrom =
        windowFrom - (rule.metric() == null ? LOG_BASELINE_MILLIS : RATE_BASELINE_MILLIS);
    List<BucketKey> old = new ArrayList<>();
    Map<BucketKey, BucketKey> baselines = new HashMap<>();
    boolean empty = true;
    for (Map.Entry<BucketKey, Bucket> entry : buckets.entries()) {
      BucketKey place = entry.getKey();
      if (rule.kind() == Kind.ABSENCE) {
        if (entry.getValue().lastMillis < moment - LOG_BASELINE_MILLIS) {
          old.add(place);
        }
      } else if (place.endMillis() > windowFrom) {
        empty = false;
      } else if (place.series().isEmpty() || place.endMillis() <= baselineFrom) {
        old.add(place);
      } else {
        // Of each series the last bucket before the window stays: from there its growth counts.
        BucketKey series = new BucketKey(0, place.denominator(), place.series());
        BucketKey other = baselines.get(series);
        boolean newer = other == null || other.endMillis() < place.endMillis();
        if (newer) {
          baselines.put(series, place);
        }
        if (other != null) {
          old.add(newer ? other : place);
        }
      }
    }
    for (BucketKey place : old) {
      buckets.remove(place);
    }
    return empty && baselines.isEmpty();
  }

  /** Groups come and go: one that has nothing to say is dropped, and begins anew if it returns. */
  private static boolean isGone(
      AlertKey key, AlertRule rule, Progress group, long moment, boolean empty) {
    if (key.group().equals(AlertGroup.NONE) && rule.groupBy().isEmpty()) {
      return false;
    }
    long seen = Math.max(group.lastSeenMillis, group.knownSinceMillis);
    boolean gone = moment - seen > Math.max(GONE_AFTER_MILLIS, 2 * rule.durationSeconds() * 1000);
    if (rule.kind() == Kind.ABSENCE) {
      return gone;
    }
    boolean silenceMatters = group.watched || rule.noData() == NoData.ALERT;
    return empty && (gone || !silenceMatters);
  }

  private static Evaluator.Output output(
      Collector<AlertSignal> out, BiConsumer<OutputTag<RunEvent>, RunEvent> side) {
    return new Evaluator.Output() {
      @Override
      public void signal(AlertSignal signal) {
        out.collect(signal);
      }

      @Override
      public void run(RunEvent event) {
        side.accept(RUNS, event);
      }
    };
  }

  static int size(ReadOnlyBroadcastState<String, RuleEntry> rules) throws Exception {
    int size = 0;
    for (Map.Entry<String, RuleEntry> ignored : rules.immutableEntries()) {
      size++;
    }
    return size;
  }
}
