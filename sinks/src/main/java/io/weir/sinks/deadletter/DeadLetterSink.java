package io.weir.sinks.deadletter;

import io.weir.model.deadletter.DeadLetter;
import java.io.Serial;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The sink for a stream of dead letters, such as those of parsing. At least once: a checkpoint
 * completes only after Kafka has acknowledged every letter before it; after a recovery letters can
 * come again, under the same key.
 */
public final class DeadLetterSink {
  private DeadLetterSink() {}

  /** Returns a sink that writes to a topic. */
  public static KafkaSink<DeadLetter> to(DeadLetterTopic topic) {
    return KafkaSink.<DeadLetter>builder()
        .setBootstrapServers(topic.bootstrapServers())
        .setKafkaProducerConfig(topic.properties())
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(new Schema(topic))
        .build();
  }

  /** Makes records and counts them by reason. */
  static final class Schema implements KafkaRecordSerializationSchema<DeadLetter> {
    @Serial private static final long serialVersionUID = 1L;

    private final DeadLetterTopic topic;
    private transient DeadLetterRecords records;
    private transient DeadLetterMetrics metrics;

    Schema(DeadLetterTopic topic) {
      this.topic = topic;
    }

    @Override
    public void open(
        SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
      records = new DeadLetterRecords(topic);
      metrics = new DeadLetterMetrics(context.getMetricGroup());
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        DeadLetter deadLetter, KafkaSinkContext context, Long timestamp) {
      ProducerRecord<byte[], byte[]> record = records.record(deadLetter);
      metrics.sent(deadLetter.reason(), DeadLetterRecords.isCut(record));
      return record;
    }
  }
}
