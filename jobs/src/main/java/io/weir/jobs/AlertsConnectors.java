package io.weir.jobs;

import io.weir.jobs.options.AlertsJobOptions;
import io.weir.model.metric.ParsedMetric;
import io.weir.operators.alerts.Control;
import io.weir.operators.alerts.RuleFeed;
import io.weir.operators.kafka.KafkaPartitionBounds;
import io.weir.operators.kafka.KafkaTopicIds;
import io.weir.operators.kafka.NoSilentReset;
import io.weir.operators.kafka.OffsetGuardedSource;
import io.weir.operators.kafka.SteadySubscriber;
import io.weir.operators.metrics.MetricRecordDeserializer;
import io.weir.sinks.alertmanager.AlertmanagerSink;
import io.weir.sinks.alerttopic.AlertTopics;
import io.weir.sinks.webhook.WebhookSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;

/** Makes the connectors of the alerts job from its options. Connects to nothing yet. */
final class AlertsConnectors {
  /** A point is small; the metrics job, whose dead letters people look at, has its own limit. */
  private static final int MAX_RECORD_BYTES = 1 << 20;

  private AlertsConnectors() {}

  /** Returns the source of points, never skipping silently. */
  static Source<ParsedMetric, ?, ?> points(AlertsJobOptions options) {
    MetricRecordDeserializer deserializer =
        new MetricRecordDeserializer(
            MAX_RECORD_BYTES, new KafkaTopicIds(options.client()), options.createTime());
    Properties properties = new Properties();
    properties.putAll(options.client());
    properties.setProperty(
        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
        Long.toString(options.partitionDiscovery().toMillis()));
    return new OffsetGuardedSource<>(
        KafkaSource.<ParsedMetric>builder()
            .setProperties(properties)
            .setGroupId(options.groupId())
            .setKafkaSubscriber(SteadySubscriber.of(List.of(options.topics().points())))
            .setStartingOffsets(new NoSilentReset(options.startFrom().toInitializer()))
            .setDeserializer(deserializer)
            .build(),
        deserializer.getProducedType(),
        options.expiredOffsets(),
        new KafkaPartitionBounds(options.client()));
  }

  /** Returns the source of rules and of ticks. */
  static Source<Control, ?, ?> rules(AlertsJobOptions options) {
    return new RuleFeed(
        RuleFeed.Settings.of(
            options.client(), options.topics().rules(), options.topics().points()));
  }

  static AlertsTopology.Settings settings(AlertsJobOptions options) {
    return new AlertsTopology.Settings(
        options.outOfOrder(),
        options.idleAfter(),
        options.silenceAfter(),
        options.maxGroupsPerRule());
  }

  /** Returns the sinks: the topics, and those who are told. */
  static AlertsTopology.Sinks sinks(AlertsJobOptions options) {
    List<AlertsTopology.Notification> notifications = new ArrayList<>();
    options
        .alertmanager()
        .ifPresent(
            alertmanager ->
                notifications.add(
                    new AlertsTopology.Notification(
                        "alertmanager",
                        AlertmanagerSink.to(
                            alertmanager.connection(),
                            alertmanager.resendEvery(),
                            alertmanager.endsAfter(),
                            alertmanager.gatewayUrl().orElse(null)))));
    options
        .webhooks()
        .ifPresent(
            webhooks ->
                notifications.add(
                    new AlertsTopology.Notification("webhook", WebhookSink.to(webhooks))));
    return new AlertsTopology.Sinks(
        AlertTopics.states(options.client(), options.topics().states()),
        AlertTopics.history(options.client(), options.topics().history()),
        notifications);
  }
}
