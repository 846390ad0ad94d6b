package io.weir.operators.logs;

import static java.util.Objects.requireNonNull;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.log.AssignedId;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.operators.OperatorMetrics;
import io.weir.operators.logs.PartitionIds.Header;
import io.weir.operators.logs.PartitionIds.Partition;
import io.weir.operators.logs.PartitionIds.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Turns events that were sent twice into dead letters without payload: {@link ParsedLog} in and
 * out, forward from the source. Only events with a producer's id are looked at; two of them are the
 * same when service, host and id are, and both stand in the same Kafka partition.
 *
 * <p>Exact within the horizon: of the copies that Kafka took at most that long after the first, the
 * first passes and all others are dropped. A copy that comes later passes and is a first one again.
 * Only where a partition has more ids within the horizon than are remembered do the oldest go
 * early, which is counted, and copies of them pass. Times are append times, so a replay decides the
 * same. Ids are remembered as 128-bit hashes.
 *
 * <p><b>State and rescaling.</b> Each partition's ids are one entry of a union list, so that they
 * are part of the same checkpoint as its offset. After a restore every subtask holds all entries as
 * bytes, and claims that of a partition with the partition's first event: the source is in the same
 * chain, so whoever sees a partition's events is the one who reads it. An entry that nobody has
 * claimed yet is written to the next checkpoint by exactly one subtask, its keeper: the one that
 * had read the partition if the parallelism is the same, else one that follows from the partition's
 * name. A keeper cannot see what others claim and may write an entry that is out of date beside its
 * claimer's; of two entries of a partition the one that has seen the higher offset is the newer, as
 * one subtask reads a partition at a time, and restores take that one.
 *
 * <p>Who is no keeper lets unclaimed entries go when it has read an event that Kafka took more than
 * the horizon after the restore: by then it has read the beginning of all its partitions that had
 * anything to read, and in those that had not, nothing that comes is within the horizon.
 */
public final class DropDuplicates extends ProcessFunction<ParsedLog, ParsedLog>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  /** Reason of the dead letters of duplicates. */
  public static final String REASON = "duplicate";

  /** Name of the state. It stands in savepoints and never changes. */
  private static final String STATE = "seen-ids";

  /** Clocks of brokers and of this machine differ. */
  private static final long CLOCK_SKEW_MILLIS = Duration.ofMinutes(5).toMillis();

  /** Longer than any topic of logs is kept: what is older is of a topic that is gone. */
  private static final long GONE_AFTER_MILLIS = Duration.ofDays(30).toMillis();

  private static final byte[] NO_PAYLOAD = {};

  private final DuplicateSettings settings;
  private final Clock clock;

  private transient Map<Partition, PartitionIds> claimed;
  private transient Map<Partition, byte[]> unclaimed;
  private transient ListState<byte[]> state;
  private transient long letGoAfterMillis;
  private transient int subtask;
  private transient int parallelism;

  private transient PartitionIds last;
  private transient IdHash hash;
  private transient long horizonMillis;
  private transient Counter duplicates;
  private transient Counter forgottenEarly;

  /**
   * Creates the operator.
   *
   * @param clock tells when a restore takes place
   */
  public DropDuplicates(DuplicateSettings settings, Clock clock) {
    this.settings = requireNonNull(settings, "settings");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    state =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>(STATE, BytePrimitiveArraySerializer.INSTANCE));
    claimed = new HashMap<>();
    unclaimed = new HashMap<>();
    subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    parallelism = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    horizonMillis = settings.horizon().toMillis();
    long now = clock.millis();
    letGoAfterMillis = now + horizonMillis + CLOCK_SKEW_MILLIS;
    Map<Partition, Header> newest = new HashMap<>();
    for (byte[] entry : state.get()) {
      Header header = Header.read(entry);
      Header other = newest.get(header.partition());
      boolean gone = header.clockMillis() < now - GONE_AFTER_MILLIS - horizonMillis;
      boolean older = other != null && other.nextOffset() >= header.nextOffset();
      if (settings.enabled() && !gone && !older) {
        newest.put(header.partition(), header);
        unclaimed.put(header.partition(), entry);
      }
    }
    state.clear(); // the backend would keep all of it on the heap until the next checkpoint
  }

  @Override
  public void open(OpenContext context) {
    hash = new IdHash();
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    duplicates = metrics.counter(OperatorMetrics.DUPLICATES);
    forgottenEarly = metrics.counter(OperatorMetrics.IDS_FORGOTTEN_EARLY);
    metrics.gauge(
        OperatorMetrics.REMEMBERED_IDS,
        () -> claimed.values().stream().mapToInt(PartitionIds::size).sum());
  }

  @Override
  public void processElement(ParsedLog parsed, Context context, Collector<ParsedLog> out)
      throws Exception {
    LogEvent event = parsed.event();
    if (event == null || !settings.enabled()) {
      out.collect(parsed);
      return;
    }
    if (!unclaimed.isEmpty()) {
      claim(event);
    }
    if (!hasIdOfItsProducer(event) || isNew(event)) {
      out.collect(parsed);
    } else {
      duplicates.inc();
      out.collect(ParsedLog.of(deadLetter(event)));
    }
  }

  /** A copy of an event that was given its id on the way has another one. */
  private static boolean hasIdOfItsProducer(LogEvent event) {
    return event.producerId() != null && !AssignedId.isAssigned(event.producerId());
  }

  private boolean isNew(LogEvent event) {
    hash.of(event.service(), event.host(), event.producerId());
    Verdict verdict =
        idsOf(event).see(hash, event.offset(), event.appendTimeMillis(), horizonMillis);
    if (verdict == Verdict.NEW_FOR_ANOTHER) {
      forgottenEarly.inc();
    }
    return verdict != Verdict.DUPLICATE;
  }

  private PartitionIds idsOf(LogEvent event) {
    PartitionIds ids = last;
    if (ids == null
        || ids.partition().number() != event.partition()
        || !ids.partition().topicCode().equals(event.topicCode())) {
      ids =
          claimed.computeIfAbsent(
              partition(event),
              partition -> new PartitionIds(partition, settings.maxIdsPerPartition()));
      last = ids;
    }
    return ids;
  }

  private void claim(LogEvent event) throws Exception {
    byte[] entry = unclaimed.remove(partition(event));
    if (entry != null) {
      PartitionIds ids = PartitionIds.ofBytes(entry, settings.maxIdsPerPartition());
      claimed.put(ids.partition(), ids);
    }
    if (event.appendTimeMillis() > letGoAfterMillis) {
      List<Partition> notKept = new ArrayList<>();
      for (Map.Entry<Partition, byte[]> other : unclaimed.entrySet()) {
        if (!isKeeper(Header.read(other.getValue()))) {
          notKept.add(other.getKey());
        }
      }
      unclaimed.keySet().removeAll(notKept);
      letGoAfterMillis = Long.MAX_VALUE;
    }
  }

  private boolean isKeeper(Header header) {
    Partition partition = header.partition();
    return subtask
        == (header.parallelism() == parallelism
            ? header.owner()
            : Math.floorMod(
                31 * partition.topicCode().hashCode() + partition.number(), parallelism));
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    List<byte[]> entries = new ArrayList<>();
    for (PartitionIds ids : inOrder(claimed).values()) {
      entries.add(ids.toBytes(subtask, parallelism));
    }
    for (byte[] entry : inOrder(unclaimed).values()) {
      if (isKeeper(Header.read(entry))) {
        entries.add(entry);
      }
    }
    state.update(entries);
  }

  private static <T> Map<String, T> inOrder(Map<Partition, T> partitions) {
    Map<String, T> sorted = new TreeMap<>();
    partitions.forEach((p, value) -> sorted.put(p.topicCode() + " " + p.number(), value));
    return sorted;
  }

  private static Partition partition(LogEvent event) {
    return new Partition(event.topicCode(), event.partition());
  }

  private DeadLetter deadLetter(LogEvent event) {
    return new DeadLetter(
        event.origin(),
        DeadLetter.Stage.DEDUPLICATE,
        DeadLetter.Store.ALL,
        REASON,
        "the event with this service, host and id came at most "
            + settings.horizon().toSeconds()
            + " s before",
        DeadLetter.PayloadKind.NONE,
        NO_PAYLOAD);
  }
}
