package io.weir.operators.metrics;

import io.weir.model.json.MetricRecordParser;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.ParsedMetric.TimeSource;
import io.weir.operators.OperatorMetrics;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the deserializer of points counts. Used by one task thread. */
final class PointMetrics {
  private final MetricGroup group;
  private final Counter records;
  private final Counter bytes;
  private final Map<TimeSource, Counter> replacedTimes = new EnumMap<>(TimeSource.class);
  private final Map<String, Counter> deadLetters = new HashMap<>();

  PointMetrics(MetricGroup group) {
    this.group = group;
    records = group.counter(OperatorMetrics.METRIC_RECORDS);
    bytes = group.counter(OperatorMetrics.METRIC_BYTES);
    // All of them from the start: an alert on an increase needs the zero before it.
    for (String reason : MetricRecordParser.REASONS) {
      deadLetters.put(reason, deadLetterCounter(reason));
    }
    for (TimeSource source : TimeSource.values()) {
      if (source != TimeSource.PRODUCER) {
        replacedTimes.put(
            source,
            group
                .addGroup(OperatorMetrics.TIME_SOURCE, source.name().toLowerCase(Locale.ROOT))
                .counter(OperatorMetrics.REPLACED_TIMES));
      }
    }
  }

  void count(ParsedMetric parsed, int valueBytes) {
    records.inc();
    bytes.inc(Math.max(0, valueBytes));
    if (parsed.point() == null) {
      deadLetters.computeIfAbsent(parsed.deadLetter().reason(), this::deadLetterCounter).inc();
    } else if (parsed.timeSource() != TimeSource.PRODUCER) {
      replacedTimes.get(parsed.timeSource()).inc();
    }
  }

  private Counter deadLetterCounter(String reason) {
    return group.addGroup(OperatorMetrics.REASON, reason).counter(OperatorMetrics.DEAD_LETTERS);
  }
}
