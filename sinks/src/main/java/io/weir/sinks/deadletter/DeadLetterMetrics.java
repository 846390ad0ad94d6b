package io.weir.sinks.deadletter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** Counters of dead letters; may be used by several threads. */
public final class DeadLetterMetrics {
  /** Letters by reason, a metric variable {@code reason}. */
  public static final String SENT = "numDeadLetters";

  /** Letters whose payload had to be cut. */
  static final String CUT = "numDeadLettersCut";

  /** Letters that Kafka did not take: the job fails with each. */
  static final String FAILED = "numDeadLettersFailed";

  /** Key of the metric group that splits {@link #SENT}. */
  public static final String REASON = "reason";

  /** Further reasons are counted under this one: series must not grow without bound. */
  static final String OTHER = "other";

  private static final int MAX_REASONS = 64;

  private final MetricGroup group;
  private final Map<String, Counter> byReason = new ConcurrentHashMap<>();
  private final Counter cut = new ThreadSafeSimpleCounter();
  private final Counter failed = new ThreadSafeSimpleCounter();

  DeadLetterMetrics(MetricGroup group) {
    this.group = group;
    group.counter(CUT, cut);
    group.counter(FAILED, failed);
  }

  void sent(String reason, boolean wasCut) {
    String counted = byReason.containsKey(reason) || byReason.size() < MAX_REASONS ? reason : OTHER;
    byReason.computeIfAbsent(counted, this::register).inc();
    if (wasCut) {
      cut.inc();
    }
  }

  void failed() {
    failed.inc();
  }

  private Counter register(String reason) {
    return group.addGroup(REASON, reason).counter(SENT, new ThreadSafeSimpleCounter());
  }
}
