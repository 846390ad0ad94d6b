package io.weir.operators.counts;

import static java.util.Objects.requireNonNull;

import io.weir.model.log.LogEvent;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.RuleMetrics;
import io.weir.model.query.match.MatchedEvent;
import io.weir.operators.NamedOnce;
import io.weir.operators.OperatorMetrics;
import io.weir.operators.counts.PartitionCounts.Partition;
import io.weir.operators.rules.RuleRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Makes points of log events: {@link LogEvent} on the first input, forward from the source;
 * broadcast {@link RuleRecord} on the second; {@link MetricPoint} out.
 *
 * <ul>
 *   <li>{@code log_events_total} by service and level, and the configured counts, are cumulative
 *       counters;
 *   <li>so are the matches of alert rules on logs, without groups from 0 on;
 *   <li>a sequence's events are points of their own, named by the event's id;
 *   <li>numbers of a field are points of type distribution.
 * </ul>
 *
 * <p><b>Repeats.</b> Each counter belongs to the Kafka partition whose events it counts, under the
 * tag {@code producer}, and is part of the same checkpoint as the partition's offset: after a
 * restart the count goes on exactly where the reading does. Points that were told after the last
 * checkpoint are told again with the same counts, and an event of a sequence with the same id. Only
 * observations of a distribution can count twice: those since the last checkpoint, as far as the
 * metrics job has not yet emitted their window.
 *
 * <p><b>Rescaling.</b> State is a union list with an entry for each partition: every subtask gets
 * all entries and goes on with that of a partition when its first event comes, wherever Flink has
 * put the partition's reader. Entries of partitions that are silent since the start are kept on by
 * one subtask each. Two entries of one partition can meet then; the one that has counted more
 * records is the newer, as a partition is read by one subtask at a time.
 *
 * <p><b>Time.</b> Counters are stamped with their partition's clock: the append time of the last
 * event, and while nothing comes the time that passes since. They are told every few seconds, and
 * while the job catches up at every end of a 15 s window of append time, so that history has the
 * right slope.
 */
public final class CountLogs extends AbstractStreamOperator<MetricPoint>
    implements TwoInputStreamOperator<LogEvent, RuleRecord, MetricPoint> {
  private static final long serialVersionUID = 1;

  /** Length of the windows of metrics: what waits for an answer gets one in each. */
  static final long WINDOW_MILLIS = 15_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final CountSettings settings;

  private transient Map<Partition, PartitionCounts> active;
  private transient Map<Partition, PartitionCounts> waiting;
  private transient PartitionCounts last;
  private transient ListState<byte[]> partitions;
  private transient BroadcastState<String, RuleRecord> rules;

  private transient List<CountRule> configured;
  private transient LogRules logRules;
  private transient Map<String, RuleRecord> seenSinceStart;
  private transient List<CountRule> all;
  private transient RuleIndex index;
  private transient Map<CountRule, Set<List<String>>> observedGroups;

  private transient MatchedEvent matched;
  private transient StreamRecord<MetricPoint> reused;
  private transient PartitionCounts.Beginning beginning;
  private transient NamedOnce refusedRules;
  private transient Counter overflowed;
  private transient Counter refused;
  private transient Counter unreadable;

  /** Creates the operator. */
  public CountLogs(CountSettings settings) {
    this.settings = requireNonNull(settings, "settings");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    partitions =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>(
                    CountState.PARTITIONS, BytePrimitiveArraySerializer.INSTANCE));
    rules =
        context
            .getOperatorStateStore()
            .getBroadcastState(
                new MapStateDescriptor<>(
                    CountState.RULES, Types.STRING, TypeInformation.of(RuleRecord.class)));
    active = new HashMap<>();
    waiting = new HashMap<>();
    for (byte[] entry : partitions.get()) {
      PartitionCounts counts = PartitionCounts.ofBytes(entry);
      waiting.merge(counts.partition(), counts, (a, b) -> a.records() >= b.records() ? a : b);
    }
    logRules = new LogRules();
    for (Map.Entry<String, RuleRecord> rule : rules.entries()) {
      logRules.put(rule.getValue());
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    matched = new MatchedEvent();
    reused = new StreamRecord<>(null);
    seenSinceStart = new HashMap<>();
    refusedRules = new NamedOnce();
    beginning =
        (counts, rule, group, millis) -> tellCounter(counts.partition(), rule, group, 0, millis);
    configured = new ArrayList<>();
    configured.add(CountRule.totals());
    settings.extractions().forEach(extraction -> configured.add(CountRule.of(extraction)));
    MetricGroup metrics = getMetricGroup();
    overflowed = metrics.counter(OperatorMetrics.OVERFLOWED_EVENTS);
    refused = metrics.counter(OperatorMetrics.REFUSED_EVENTS);
    unreadable = metrics.counter(OperatorMetrics.UNREADABLE_VALUES);
    metrics.gauge(OperatorMetrics.LOG_RULES, logRules::answered);
    metrics.gauge(OperatorMetrics.INVALID_RULES, logRules::invalid);
    metrics.gauge(
        OperatorMetrics.LOG_COUNTERS,
        () -> active.values().stream().mapToInt(PartitionCounts::size).sum());
    useRules();
    scheduleTick();
  }

  private void useRules() {
    all = new ArrayList<>(configured);
    all.addAll(logRules.countRules());
    index = new RuleIndex(all);
    observedGroups = new HashMap<>();
    Set<String> owners = new HashSet<>();
    all.forEach(rule -> owners.add(rule.owner()));
    for (PartitionCounts counts : active.values()) {
      counts.keepOwners(owners);
      all.forEach(counts::ensure);
    }
    waiting.values().forEach(counts -> counts.keepOwners(owners));
  }

  // ---- events ----

  @Override
  public void processElement1(StreamRecord<LogEvent> element) {
    LogEvent event = element.getValue();
    PartitionCounts counts = countsOf(event);
    if (startsWindow(counts, event.appendTimeMillis())) {
      tell(counts);
    }
    counts.sees(event.appendTimeMillis());
    matched.of(event);
    for (CountRule rule : index.of(event.service())) {
      if (rule.matches(matched)) {
        take(rule, counts, event);
      }
    }
  }

  private PartitionCounts countsOf(LogEvent event) {
    PartitionCounts counts = last;
    if (counts == null
        || counts.partition().number() != event.partition()
        || !counts.partition().topic().equals(event.topic())) {
      Partition partition = new Partition(event.topic(), event.partition());
      counts = active.get(partition);
      if (counts == null) {
        counts = adopt(partition, event.appendTimeMillis());
      }
      last = counts;
    }
    return counts;
  }

  private PartitionCounts adopt(Partition partition, long appendTimeMillis) {
    PartitionCounts counts = waiting.remove(partition);
    if (counts == null) {
      counts = new PartitionCounts(partition);
    }
    active.put(partition, counts);
    counts.startAt(appendTimeMillis);
    all.forEach(counts::ensure);
    return counts;
  }

  private static boolean startsWindow(PartitionCounts counts, long appendTimeMillis) {
    return Math.floorDiv(appendTimeMillis, WINDOW_MILLIS)
        > Math.floorDiv(counts.clockMillis(), WINDOW_MILLIS);
  }

  private void take(CountRule rule, PartitionCounts counts, LogEvent event) {
    List<String> group = rule.groups().values(matched);
    switch (rule.kind()) {
      case COUNT, ANSWER -> {
        switch (counts.count(rule, group, beginning)) {
          case COUNTED -> {}
          case AMONG_OTHERS -> overflowed.inc();
          case REFUSED -> refuse(rule, counts.partition(), group);
        }
      }
      case EVENT -> {
        Map<String, String> tags = rule.groups().tags(group, rule.fixedTags());
        tags.put(RuleMetrics.EVENT, event.eventId());
        emit(rule.metric(), 1, eventTime(event), tags, MetricType.GAUGE);
      }
      case OBSERVATION -> observe(rule, group, event);
    }
  }

  /** The log names the rule once; the counter tells how it goes on. */
  private void refuse(CountRule rule, Partition partition, List<String> group) {
    refused.inc();
    if (refusedRules.first(rule.owner())) {
      LOG.warn(
          "alert rule {} has {} groups in {}, as many as it may: matches of further ones are not"
              + " counted ({} is the first of them)",
          rule.fixedTags().get(RuleMetrics.RULE_ID),
          rule.maxSeries(),
          partition.producer(),
          group);
    }
  }

  private void observe(CountRule rule, List<String> group, LogEvent event) {
    double value = number(matched.value(rule.field()));
    if (Double.isNaN(value)) {
      unreadable.inc();
      return;
    }
    Set<List<String>> groups = observedGroups.computeIfAbsent(rule, key -> new HashSet<>());
    List<String> told = group;
    if (!groups.contains(group)) {
      if (groups.size() < rule.maxSeries()) {
        groups.add(group);
      } else {
        overflowed.inc();
        told = rule.otherGroup();
      }
    }
    emit(
        rule.metric(),
        value,
        event.appendTimeMillis(),
        rule.groups().tags(told, rule.fixedTags()),
        MetricType.DISTRIBUTION);
  }

  private static double number(String text) {
    if (text == null) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** The event's own time, but never after Kafka took it: a fast clock would confuse a sequence. */
  private static long eventTime(LogEvent event) {
    return Math.min(
        Math.floorDiv(event.timestampNanos(), NANOS_PER_MILLI), event.appendTimeMillis());
  }

  // ---- rules ----

  @Override
  public void processElement2(StreamRecord<RuleRecord> element) throws Exception {
    RuleRecord record = element.getValue();
    if (record.isCaughtUp()) {
      believeTopic();
      return;
    }
    if (record.isDeleted()) {
      seenSinceStart.remove(record.id());
    } else {
      seenSinceStart.merge(record.id(), record, (a, b) -> a.version() > b.version() ? a : b);
    }
    if (!logRules.isNews(record)) {
      return;
    }
    if (record.isDeleted()) {
      rules.remove(record.id());
      logRules.remove(record.id());
    } else {
      rules.put(record.id(), record);
      logRules.put(record);
    }
    useRules();
  }

  /**
   * All of the topic has been read: what state has beside it was deleted long ago, and what state
   * has of a higher offset was in a topic that is no more.
   */
  private void believeTopic() throws Exception {
    List<String> gone = new ArrayList<>();
    List<RuleRecord> others = new ArrayList<>();
    for (Map.Entry<String, RuleRecord> rule : rules.immutableEntries()) {
      RuleRecord seen = seenSinceStart.get(rule.getKey());
      if (seen == null) {
        gone.add(rule.getKey());
      } else if (seen.version() < rule.getValue().version()) {
        others.add(seen);
      }
    }
    for (RuleRecord other : others) {
      LOG.info(
          "Alert rule {} has a lower offset than before, {}: its topic was made anew",
          other.id(),
          other.version());
      rules.put(other.id(), other);
      logRules.put(other);
    }
    for (String id : gone) {
      LOG.info("Alert rule {} is no longer in its topic and is forgotten", id);
      rules.remove(id);
      logRules.remove(id);
    }
    if (!gone.isEmpty() || !others.isEmpty()) {
      useRules();
    }
  }

  // ---- telling ----

  private void scheduleTick() {
    getProcessingTimeService()
        .registerTimer(
            getProcessingTimeService().getCurrentProcessingTime() + settings.tellEvery().toMillis(),
            this::tick);
  }

  private void tick(long timestamp) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    for (PartitionCounts counts : active.values()) {
      counts.tick(now);
      tell(counts);
    }
    scheduleTick();
  }

  private void tell(PartitionCounts counts) {
    long time = counts.clockMillis();
    counts.tell(
        all,
        WINDOW_MILLIS,
        settings.tellAllEvery().toMillis(),
        settings.forgetAfter().toMillis(),
        (rule, group, value) -> tellCounter(counts.partition(), rule, group, value, time));
  }

  private void tellCounter(
      Partition partition, CountRule rule, List<String> group, long value, long millis) {
    Map<String, String> tags = rule.groups().tags(group, rule.fixedTags());
    tags.put(RuleMetrics.PRODUCER, partition.producer());
    emit(rule.metric(), value, millis, tags, MetricType.COUNTER);
  }

  private void emit(
      String metric,
      double value,
      long timestampMillis,
      Map<String, String> tags,
      MetricType type) {
    reused.replace(new MetricPoint(metric, value, timestampMillis, tags, type), timestampMillis);
    output.collect(reused);
  }

  @Override
  public void finish() throws Exception {
    active.values().forEach(this::tell);
    super.finish();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<byte[]> entries = new ArrayList<>();
    for (PartitionCounts counts : active.values()) {
      entries.add(counts.toBytes());
    }
    for (PartitionCounts counts : waiting.values()) {
      if (isKeptHere(counts.partition())) {
        entries.add(counts.toBytes());
      }
    }
    partitions.update(entries);
  }

  private boolean isKeptHere(Partition partition) {
    int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    return Math.floorMod(partition.hashCode(), subtasks) == subtask;
  }
}
