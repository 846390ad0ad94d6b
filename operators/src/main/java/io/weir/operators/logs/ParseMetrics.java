package io.weir.operators.logs;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.ParsedLog;
import io.weir.operators.OperatorMetrics;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the deserializer counts. Used by one task thread. */
final class ParseMetrics {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** Flags that are counted, in the order of {@link #flagCounters}. */
  private static final FlagName[] FLAGS = FlagName.values();

  private final MetricGroup group;
  private final Counter records;
  private final Counter bytes;
  private final Counter[] flagCounters = new Counter[FLAGS.length];
  private final Map<String, Counter> deadLetters = new HashMap<>();
  private final RecentHistogram lag = new RecentHistogram();

  ParseMetrics(MetricGroup group) {
    this.group = group;
    records = group.counter(OperatorMetrics.RECORDS);
    bytes = group.counter(OperatorMetrics.BYTES);
    group.histogram(OperatorMetrics.EVENT_TO_APPEND_LAG, lag);
    for (FlagName flag : FLAGS) {
      flagCounters[flag.ordinal()] =
          group.addGroup(OperatorMetrics.FLAG, flag.label).counter(OperatorMetrics.FLAGGED);
    }
  }

  void count(ParsedLog parsed, RecordOrigin origin, int valueBytes) {
    records.inc();
    bytes.inc(Math.max(0, valueBytes));
    LogEvent event = parsed.event();
    if (event == null) {
      deadLetters.computeIfAbsent(parsed.deadLetter().reason(), this::deadLetterCounter).inc();
      return;
    }
    lag.update(origin.appendTimeMillis() - Math.floorDiv(event.timestampNanos(), NANOS_PER_MILLI));
    if (event.flags() != 0) {
      countFlags(event);
    }
  }

  private void countFlags(LogEvent event) {
    for (FlagName flag : FLAGS) {
      if (event.has(flag.bit)) {
        flagCounters[flag.ordinal()].inc();
      }
    }
  }

  private Counter deadLetterCounter(String reason) {
    return group.addGroup(OperatorMetrics.REASON, reason).counter(OperatorMetrics.DEAD_LETTERS);
  }

  /** Labels of the flags in metrics. */
  private enum FlagName {
    TIMESTAMP_MISSING(LogFlags.TIMESTAMP_MISSING),
    TIMESTAMP_UNREADABLE(LogFlags.TIMESTAMP_UNREADABLE),
    TIMESTAMP_IN_FUTURE(LogFlags.TIMESTAMP_IN_FUTURE),
    ARCHIVE_ONLY(LogFlags.ARCHIVE_ONLY),
    LEVEL_INFERRED(LogFlags.LEVEL_INFERRED),
    MESSAGE_TRUNCATED(LogFlags.MESSAGE_TRUNCATED),
    FIELD_TERMS_TRUNCATED(LogFlags.FIELD_TERMS_TRUNCATED),
    INVALID_UTF8(LogFlags.INVALID_UTF8);

    private final int bit;
    private final String label;

    FlagName(int bit) {
      this.bit = bit;
      this.label = name().toLowerCase(Locale.ROOT);
    }
  }
}
