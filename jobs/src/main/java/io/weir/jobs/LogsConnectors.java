package io.weir.jobs;

import io.weir.jobs.options.KafkaOptions;
import io.weir.jobs.options.LogsJobOptions;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.operators.kafka.KafkaTopicIds;
import io.weir.operators.logs.JsonLogParserFactory;
import io.weir.operators.logs.LogRecordDeserializer;
import io.weir.sinks.archive.LogArchive;
import io.weir.sinks.deadletter.DeadLetterSink;
import io.weir.sinks.deadletter.DeadLetterTopic;
import io.weir.sinks.deadletter.KafkaDeadLetterChannel;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.ElasticsearchSink;
import io.weir.sinks.elasticsearch.LogEventConverter;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/** Makes the connectors of the logs job from its options. Connects to nothing yet. */
final class LogsConnectors {
  private LogsConnectors() {}

  /** Returns the source: all configured topics, parsed, never skipping silently. */
  static Source<ParsedLog, ?, ?> source(LogsJobOptions options) {
    KafkaOptions kafka = options.kafka();
    Map<String, String> client = kafka.clientProperties();
    LogRecordDeserializer deserializer =
        new LogRecordDeserializer(
            new JsonLogParserFactory(options.limits()),
            new KafkaTopicIds(client),
            kafka.createTime());
    return KafkaSources.of(kafka, deserializer);
  }

  /** Returns the sinks: the stores that are configured, and the topic for dead letters. */
  static LogsTopology.Sinks sinks(LogsJobOptions options) {
    DeadLetterTopic deadLetters = options.deadLetters();
    return new LogsTopology.Sinks(
        options.elasticsearch().map(connection -> hot(options, connection, deadLetters)),
        options.archive().map(LogArchive::sink),
        DeadLetterSink.to(deadLetters));
  }

  private static Sink<LogEvent> hot(
      LogsJobOptions options, ElasticsearchConnection connection, DeadLetterTopic deadLetters) {
    return options
        .bulk()
        .applyTo(ElasticsearchSink.<LogEvent>builder())
        .setConnection(connection)
        .setElementConverter(new LogEventConverter(options.promoted()))
        .setDeadLetters(KafkaDeadLetterChannel.factory(deadLetters))
        .build();
  }
}
