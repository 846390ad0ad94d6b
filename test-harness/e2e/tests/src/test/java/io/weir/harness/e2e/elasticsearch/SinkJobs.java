package io.weir.harness.e2e.elasticsearch;

import io.weir.harness.e2e.SinkCluster;
import io.weir.harness.e2e.SinkJob;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.model.kafka.TopicCode;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.sinks.deadletter.DeadLetterChannel;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.ElasticsearchSink;
import io.weir.sinks.elasticsearch.ElasticsearchSinkBuilder;
import io.weir.sinks.elasticsearch.ElasticsearchSinkMetrics;
import io.weir.sinks.elasticsearch.LogEventConverter;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Starts bounded jobs of one task that make numbered events of one topic and write them to a node,
 * with a checkpoint every 200 ms, on one MiniCluster that keeps their metrics.
 */
final class SinkJobs extends SinkCluster {
  /** Event time where a test does not choose another. */
  static final Instant HOUR = Instant.parse("2026-03-29T10:00:00Z");

  SinkJobs() {
    super(ElasticsearchSinkMetrics.GROUP);
  }

  /**
   * What the job writes.
   *
   * @param topic Kafka topic that the events claim to come from
   * @param count how many; their offsets count from 0
   * @param time event time of all of them
   * @param failingAt number of the event before which the first attempt fails, -1 for none
   */
  record Events(String topic, long count, Instant time, long failingAt) implements Serializable {
    static Events of(String topic, long count) {
      return new Events(topic, count, HOUR, -1);
    }

    Events at(Instant other) {
      return new Events(topic, count, other, failingAt);
    }

    Events failingOnceAt(long number) {
      return new Events(topic, count, time, number);
    }
  }

  /** Starts a job that must not fail and must not send a dead letter. */
  SinkJob start(ElasticsearchNode node, Events events) throws Exception {
    return start(node, events, NoDeadLetters.factory(), builder -> builder);
  }

  /** Starts a job with a channel for dead letters and with other options than those of tests. */
  SinkJob start(
      ElasticsearchNode node,
      Events events,
      DeadLetterChannel.Factory deadLetters,
      UnaryOperator<ElasticsearchSinkBuilder<LogEvent>> options)
      throws Exception {
    return start(ElasticsearchConnection.to(node.uri().toString()), events, deadLetters, options);
  }

  /** Starts a job that connects in a way of its own. */
  SinkJob start(
      ElasticsearchConnection connection,
      Events events,
      DeadLetterChannel.Factory deadLetters,
      UnaryOperator<ElasticsearchSinkBuilder<LogEvent>> options)
      throws Exception {
    StreamExecutionEnvironment environment = environment(events.failingAt < 0 ? 0 : 1);
    ElasticsearchSinkBuilder<LogEvent> builder =
        ElasticsearchSink.<LogEvent>builder()
            .setConnection(connection)
            .setElementConverter(new LogEventConverter())
            .setDeadLetters(deadLetters)
            .setMaxBatchSize(500)
            .setMaxBufferedRequests(2_000)
            .setMaxInFlightRequests(2)
            .setMaxTimeInBufferMS(100)
            .setBackoff(Duration.ofMillis(50), Duration.ofMillis(500));
    environment
        .fromSequence(0, events.count - 1)
        .map(new MakeEvent(events))
        .returns(LogEvent.class)
        .sinkTo(options.apply(builder).build());
    return execute(environment, "write " + events.topic);
  }

  private static final class MakeEvent extends RichMapFunction<Long, LogEvent> {
    private static final long serialVersionUID = 1;

    private final Events events;
    private transient boolean firstAttempt;

    private MakeEvent(Events events) {
      this.events = events;
    }

    @Override
    public void open(OpenContext context) {
      firstAttempt = getRuntimeContext().getTaskInfo().getAttemptNumber() == 0;
    }

    @Override
    public LogEvent map(Long number) {
      if (firstAttempt && number == events.failingAt) {
        throw new IllegalStateException("fails once, as the test asked");
      }
      return new LogEvent(
          events.time.toEpochMilli() * 1_000_000 + number,
          "payments",
          "host-" + number % 7,
          "eu",
          LogLevel.INFO,
          "event " + number + " of topic " + events.topic,
          "{\"number\":" + number + "}",
          null,
          null,
          0,
          events.topic,
          // Topics of their own ids, or all tests would write the same documents.
          TopicCode.of(events.topic.hashCode(), events.topic.length()),
          0,
          number,
          events.time.toEpochMilli());
    }
  }
}
