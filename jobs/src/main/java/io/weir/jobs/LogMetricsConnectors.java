package io.weir.jobs;

import io.weir.jobs.options.KafkaOptions;
import io.weir.jobs.options.LogMetricsJobOptions;
import io.weir.model.log.ParsedLog;
import io.weir.model.metric.MetricPoint;
import io.weir.operators.kafka.KafkaLastRecord;
import io.weir.operators.kafka.KafkaTopicIds;
import io.weir.operators.kafka.RereadingSource;
import io.weir.operators.kafka.SteadySubscriber;
import io.weir.operators.logs.JsonLogParserFactory;
import io.weir.operators.logs.LogRecordDeserializer;
import io.weir.operators.rules.RuleRecord;
import io.weir.operators.rules.RuleRecordDeserializer;
import io.weir.sinks.metrics.MetricTopicSink;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Makes the connectors of the log metrics job from its options. Connects to nothing yet. */
final class LogMetricsConnectors {
  private LogMetricsConnectors() {}

  /** Returns the source of logs: all configured topics, parsed, never skipping silently. */
  static Source<ParsedLog, ?, ?> logs(LogMetricsJobOptions options) {
    KafkaOptions kafka = options.kafka();
    return KafkaSources.of(
        kafka,
        new LogRecordDeserializer(
            new JsonLogParserFactory(options.limits()),
            new KafkaTopicIds(kafka.clientProperties()),
            kafka.createTime()));
  }

  /** Returns the source of rules: the whole topic at every start, then what is new. */
  static Source<RuleRecord, ?, ?> rules(LogMetricsJobOptions options) {
    Map<String, String> client = options.kafka().clientProperties();
    Properties properties = new Properties();
    properties.putAll(client);
    // Gateways write rules in transactions: what was never committed was never in force.
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    RuleRecordDeserializer deserializer = new RuleRecordDeserializer(new KafkaLastRecord(client));
    return new RereadingSource<>(
        KafkaSource.<RuleRecord>builder()
            .setProperties(properties)
            .setGroupId(options.kafka().groupId())
            .setKafkaSubscriber(SteadySubscriber.of(List.of(options.rulesTopic())))
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(deserializer)
            .build(),
        deserializer.getProducedType());
  }

  /** Returns the sink: the topic of metric points. */
  static Sink<MetricPoint> points(LogMetricsJobOptions options) {
    return MetricTopicSink.to(options.metricsTopic(), options.kafka().clientProperties());
  }
}
