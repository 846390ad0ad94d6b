package io.weir.operators.metrics;

import static java.util.Objects.requireNonNull;

import io.weir.model.json.MetricRecordParser;
import io.weir.model.metric.ParsedMetric;
import io.weir.operators.kafka.TopicIds;
import io.weir.operators.logs.CreateTimePolicy;
import io.weir.operators.logs.RecordOrigins;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Parses metric points as they leave Kafka: exactly one {@link ParsedMetric} for each record, a
 * point or a dead letter, in the order of the partition, so that watermarks can be made for each
 * partition. Points are never later than their record's append time. Bad records never throw; a
 * topic that cannot be identified, or whose records do not carry Kafka's append time, fails the job
 * (see {@link CreateTimePolicy}).
 */
public final class MetricRecordDeserializer
    implements KafkaRecordDeserializationSchema<ParsedMetric> {
  private static final long serialVersionUID = 1;

  private final int maxRecordBytes;
  private final TopicIds topicIds;
  private final CreateTimePolicy createTimePolicy;

  private transient MetricRecordParser parser;
  private transient RecordOrigins origins;
  private transient PointMetrics metrics;

  /**
   * Creates a deserializer.
   *
   * @param maxRecordBytes a larger record is a dead letter
   * @param topicIds asked once for each topic and reader
   * @param createTimePolicy what to do with records that do not carry Kafka's append time
   */
  public MetricRecordDeserializer(
      int maxRecordBytes, TopicIds topicIds, CreateTimePolicy createTimePolicy) {
    this.maxRecordBytes = maxRecordBytes;
    this.topicIds = requireNonNull(topicIds, "topicIds");
    this.createTimePolicy = requireNonNull(createTimePolicy, "createTimePolicy");
  }

  @Override
  public void open(InitializationContext context) {
    parser = new MetricRecordParser(maxRecordBytes);
    origins = new RecordOrigins(topicIds, createTimePolicy, context.getMetricGroup());
    metrics = new PointMetrics(context.getMetricGroup());
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ParsedMetric> out) {
    ParsedMetric parsed = parser.parse(record.value(), origins.of(record));
    metrics.count(parsed, record.serializedValueSize());
    out.collect(parsed);
  }

  @Override
  public TypeInformation<ParsedMetric> getProducedType() {
    return TypeInformation.of(ParsedMetric.class);
  }
}
