package io.weir.jobs;

import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.model.metric.MetricPoint;
import io.weir.operators.counts.CountLogs;
import io.weir.operators.counts.CountSettings;
import io.weir.operators.logs.KeepEvents;
import io.weir.operators.rules.RuleRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of the log metrics job: logs -> keep events -> count (with the rules, by broadcast) ->
 * points. No shuffle: what is counted of a partition is counted where the partition is read. No
 * clock: counts are stamped with append times.
 *
 * <p>The uids are names of state in savepoints: they never change.
 */
public final class LogMetricsTopology {
  private LogMetricsTopology() {}

  /**
   * Adds the graph to an environment.
   *
   * @param logs the log records
   * @param rules the topic of alert rules, from its beginning
   * @param settings what is counted
   * @param points takes the points
   */
  public static void build(
      StreamExecutionEnvironment env,
      Source<ParsedLog, ?, ?> logs,
      Source<RuleRecord, ?, ?> rules,
      CountSettings settings,
      Sink<MetricPoint> points) {
    DataStream<RuleRecord> ruleRecords =
        env.fromSource(rules, WatermarkStrategy.noWatermarks(), "rules")
            .uid("log-metrics-rules-source")
            // One partition, one reader: every subtask sees the rules in their order.
            .setParallelism(1);

    DataStream<LogEvent> events =
        env.fromSource(logs, WatermarkStrategy.noWatermarks(), "logs")
            .uid("log-metrics-source")
            .flatMap(new KeepEvents())
            .name("keep events")
            .uid("log-metrics-keep-events");

    events
        .connect(ruleRecords.broadcast())
        .transform("count", TypeInformation.of(MetricPoint.class), new CountLogs(settings))
        .uid("log-metrics-count")
        .sinkTo(points)
        .name("points")
        .uid("log-metrics-points");
  }
}
