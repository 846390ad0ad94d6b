package io.weir.jobs;

import io.weir.jobs.options.KafkaOptions;
import io.weir.jobs.options.MetricsJobOptions;
import io.weir.model.metric.ParsedMetric;
import io.weir.operators.kafka.KafkaTopicIds;
import io.weir.operators.metrics.MetricRecordDeserializer;
import io.weir.sinks.deadletter.DeadLetterSink;
import io.weir.sinks.prometheus.RemoteWriteSink;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;

/** Makes the connectors of the metrics job from its options. Connects to nothing yet. */
final class MetricsConnectors {
  private MetricsConnectors() {}

  /** Returns the source: the topic of points, parsed, never skipping silently. */
  static Source<ParsedMetric, ?, ?> source(MetricsJobOptions options) {
    KafkaOptions kafka = options.kafka();
    return KafkaSources.of(
        kafka,
        new MetricRecordDeserializer(
            options.maxRecordBytes(),
            new KafkaTopicIds(kafka.clientProperties()),
            kafka.createTime()));
  }

  /** Returns the sinks: remote write for samples, and the topic for dead letters. */
  static MetricsTopology.Sinks sinks(MetricsJobOptions options) {
    return new MetricsTopology.Sinks(
        options.remoteWrite().applyTo(RemoteWriteSink.builder()).build(),
        DeadLetterSink.to(options.deadLetters()),
        Optional.empty());
  }

  /** Returns how event time moves and how series are kept. */
  static MetricsTopology.Settings settings(MetricsJobOptions options) {
    return new MetricsTopology.Settings(
        options.outOfOrderness(),
        options.idleAfter(),
        options.combine(),
        options.seriesTimeToLive());
  }
}
