package io.weir.jobs;

import static java.util.Objects.requireNonNull;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.operators.logs.DropDuplicates;
import io.weir.operators.logs.DuplicateSettings;
import io.weir.operators.logs.KeepHot;
import io.weir.operators.logs.RouteLogs;
import java.time.Clock;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of the logs job: logs -> drop duplicates -> route -> hot store (what is young enough),
 * archive (all of it), dead letters. No shuffle and no clock: with object reuse all of it is one
 * chain, in which an event is handed on by reference.
 *
 * <p>The uids are names of state in savepoints: they never change.
 */
public final class LogsTopology {

  /**
   * Where the job writes.
   *
   * @param hot the searchable store; empty to leave it out
   * @param archive the store for everything; empty to leave it out
   * @param deadLetters takes what is no event
   */
  public record Sinks(
      Optional<Sink<LogEvent>> hot,
      Optional<Sink<LogEvent>> archive,
      Sink<DeadLetter> deadLetters) {

    public Sinks {
      requireNonNull(hot, "hot");
      requireNonNull(archive, "archive");
      requireNonNull(deadLetters, "deadLetters");
    }
  }

  private LogsTopology() {}

  /**
   * Adds the graph to an environment.
   *
   * @param logs the log records
   * @param duplicates what is remembered, to know duplicates by
   * @param sinks where the job writes
   */
  public static void build(
      StreamExecutionEnvironment env,
      Source<ParsedLog, ?, ?> logs,
      DuplicateSettings duplicates,
      Sinks sinks) {
    SingleOutputStreamOperator<LogEvent> events =
        env.fromSource(logs, WatermarkStrategy.noWatermarks(), "logs")
            .uid("logs-source")
            .process(new DropDuplicates(duplicates, Clock.systemUTC()))
            .name("drop duplicates")
            .uid("logs-drop-duplicates")
            .process(new RouteLogs())
            .name("route")
            .uid("logs-route");

    sinks
        .hot()
        .ifPresent(
            hot ->
                events
                    .filter(new KeepHot())
                    .name("keep hot")
                    .uid("logs-keep-hot")
                    .sinkTo(hot)
                    .name("elasticsearch")
                    .uid("logs-elasticsearch"));

    sinks
        .archive()
        .ifPresent(archive -> events.sinkTo(archive).name("archive").uid("logs-archive"));

    events
        .getSideOutput(RouteLogs.DEAD_LETTERS)
        .sinkTo(sinks.deadLetters())
        .name("dead letters")
        .uid("logs-dead-letters");
  }
}
