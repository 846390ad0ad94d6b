package io.weir.operators.logs;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.ParseReason;
import io.weir.model.log.ParsedLog;
import io.weir.operators.OperatorMetrics;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the deserializer counts. Used by one task thread. */
final class ParseMetrics {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** Set by the document's encoder, in the sink, which counts it. */
  private static final int NOT_OF_THE_PARSER = LogFlags.FIELD_TERMS_TRUNCATED;

  private final MetricGroup group;
  private final Counter records;
  private final Counter bytes;

  /** By the flag's bit; null where the parser never sets it. */
  private final Counter[] flagCounters = new Counter[LogFlags.names().size()];

  private final Map<String, Counter> deadLetters = new HashMap<>();
  private final RecentHistogram lag = new RecentHistogram();

  ParseMetrics(MetricGroup group) {
    this.group = group;
    records = group.counter(OperatorMetrics.RECORDS);
    bytes = group.counter(OperatorMetrics.BYTES);
    group.histogram(OperatorMetrics.EVENT_TO_APPEND_LAG, lag);
    // All of them from the start: an alert on an increase needs the zero before it.
    for (ParseReason reason : ParseReason.values()) {
      deadLetters.put(reason.code(), deadLetterCounter(reason.code()));
    }
    for (int bit = 0; bit < flagCounters.length; bit++) {
      if (1 << bit != NOT_OF_THE_PARSER) {
        String label = LogFlags.names().get(bit);
        flagCounters[bit] =
            group.addGroup(OperatorMetrics.FLAG, label).counter(OperatorMetrics.FLAGGED);
      }
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
      countFlags(event.flags());
    }
  }

  private void countFlags(int flags) {
    for (int bit = 0; bit < flagCounters.length; bit++) {
      if ((flags & 1 << bit) != 0 && flagCounters[bit] != null) {
        flagCounters[bit].inc();
      }
    }
  }

  private Counter deadLetterCounter(String reason) {
    return group.addGroup(OperatorMetrics.REASON, reason).counter(OperatorMetrics.DEAD_LETTERS);
  }
}
