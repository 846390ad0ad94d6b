package io.weir.jobs;

import io.weir.jobs.options.KafkaOptions;
import io.weir.operators.kafka.KafkaPartitionBounds;
import io.weir.operators.kafka.NoSilentReset;
import io.weir.operators.kafka.OffsetGuardedSource;
import io.weir.operators.kafka.SteadySubscriber;
import java.util.Properties;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;

/** Makes Kafka sources that never skip silently. */
final class KafkaSources {
  private KafkaSources() {}

  /** Returns a source of the configured topics. */
  static <T> Source<T, ?, ?> of(
      KafkaOptions kafka, KafkaRecordDeserializationSchema<T> deserializer) {
    KafkaSource<T> source =
        KafkaSource.<T>builder()
            .setProperties(consumerProperties(kafka))
            .setGroupId(kafka.groupId())
            .setStartingOffsets(new NoSilentReset(kafka.startFrom().toInitializer()))
            .setKafkaSubscriber(
                kafka
                    .topicPattern()
                    .map(SteadySubscriber::of)
                    .orElseGet(() -> SteadySubscriber.of(kafka.topics())))
            .setDeserializer(deserializer)
            .build();

    return new OffsetGuardedSource<>(
        source,
        deserializer.getProducedType(),
        kafka.expiredOffsets(),
        new KafkaPartitionBounds(kafka.clientProperties()));
  }

  private static Properties consumerProperties(KafkaOptions kafka) {
    Properties properties = new Properties();
    properties.putAll(kafka.clientProperties());
    properties.setProperty(
        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
        Long.toString(kafka.partitionDiscovery().toMillis()));
    return properties;
  }
}
