package io.weir.jobs;

import static java.util.Objects.requireNonNull;

import io.weir.jobs.audit.AuditTopology;
import io.weir.jobs.audit.RepairPlan;
import io.weir.model.audit.TopicSpan;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.operators.audit.LeaveOut;
import io.weir.operators.audit.OnceEach;
import io.weir.operators.audit.RouteRepairs;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of a repair, bounded: spans of Kafka are read again and routed to the store that lacks
 * them; what Kafka no longer has goes from the archive to the hot store. The sinks are those of the
 * logs job.
 */
final class RepairTopology {

  /**
   * Who reads.
   *
   * @param kafka spans in, what the parser makes of their records out
   * @param letters spans of dead letters in, what the parser makes of their records now out
   * @param archive how the archive's files are found; empty when nothing comes from there
   * @param events paths of files in, wanted events out; empty likewise
   */
  record Readers(
      FlatMapFunction<TopicSpan, ParsedLog> kafka,
      FlatMapFunction<TopicSpan, ParsedLog> letters,
      Optional<AuditTopology.ArchiveFiles> archive,
      Optional<FlatMapFunction<String, LogEvent>> events) {

    Readers {
      requireNonNull(kafka, "kafka");
      requireNonNull(letters, "letters");
      requireNonNull(archive, "archive");
      requireNonNull(events, "events");
    }
  }

  private RepairTopology() {}

  /**
   * Adds the graph to an environment.
   *
   * @param letters whether a record that is no event leaves a dead letter
   */
  static void build(
      StreamExecutionEnvironment env,
      RepairPlan plan,
      Readers readers,
      boolean letters,
      LogsTopology.Sinks sinks) {
    DataStream<LogEvent> hot = null;
    DataStream<ParsedLog> again = again(env, plan, readers);
    if (again != null) {
      SingleOutputStreamOperator<LogEvent> routed =
          again
              .process(new RouteRepairs(plan.hot(), plan.archive(), letters))
              .name("route")
              .uid("repair-route");
      sinks
          .archive()
          .ifPresent(archive -> routed.sinkTo(archive).name("archive").uid("repair-archive"));
      routed
          .getSideOutput(RouteRepairs.DEAD_LETTERS)
          .sinkTo(sinks.deadLetters())
          .name("dead letters")
          .uid("repair-dead-letters");
      hot = routed.getSideOutput(RouteRepairs.HOT);
    }
    if (readers.archive().isPresent() && readers.events().isPresent()) {
      DataStream<LogEvent> archived =
          AuditTopology.files(env, readers.archive().get())
              .rebalance()
              .flatMap(readers.events().get())
              .returns(TypeInformation.of(LogEvent.class))
              .name("read archive")
              .uid("repair-read-archive");
      hot = hot == null ? archived : hot.union(archived);
    }
    if (hot != null && sinks.hot().isPresent()) {
      hot.sinkTo(sinks.hot().get()).name("elasticsearch").uid("repair-elasticsearch");
    }
  }

  /** Returns the records that are read again; null if there are none. */
  private static DataStream<ParsedLog> again(
      StreamExecutionEnvironment env, RepairPlan plan, Readers readers) {
    DataStream<ParsedLog> kafka = null;
    if (!plan.fromKafka().isEmpty()) {
      kafka = read(env, plan.fromKafka(), readers.kafka(), "spans", "read again");
    }
    if (plan.fromLetters().isEmpty()) {
      return kafka;
    }
    DataStream<ParsedLog> letters =
        read(env, plan.fromLetters(), readers.letters(), "letters", "parse again")
            .partitionCustom(
                (place, tasks) -> Math.floorMod(place.hashCode(), tasks), OnceEach::place)
            .filter(new OnceEach())
            .name("once each")
            .uid("repair-once-each");
    return kafka == null
        ? letters
        : kafka
            .filter(new LeaveOut(plan.unreadable()))
            .name("leave out")
            .uid("repair-leave-out")
            .union(letters);
  }

  private static SingleOutputStreamOperator<ParsedLog> read(
      StreamExecutionEnvironment env,
      List<TopicSpan> spans,
      FlatMapFunction<TopicSpan, ParsedLog> reader,
      String source,
      String verb) {
    return env.fromData(spans, TypeInformation.of(TopicSpan.class))
        .name(source)
        .uid("repair-" + source)
        .rebalance()
        .flatMap(reader)
        .returns(TypeInformation.of(ParsedLog.class))
        .name(verb)
        .uid("repair-" + verb.replace(' ', '-'));
  }
}
