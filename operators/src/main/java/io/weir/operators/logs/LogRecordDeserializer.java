package io.weir.operators.logs;

import static java.util.Objects.requireNonNull;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import io.weir.operators.kafka.TopicIds;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Parses log records as they leave Kafka: exactly one {@link ParsedLog} for each record, an event
 * or a dead letter, in the order of the partition. Parsing here rather than in an operator of its
 * own spares a hand-over for every record and lets watermarks be made for each partition.
 *
 * <p>The outcome is a pure function of the record and its place, so that a replay decides and names
 * everything the same. Bad records never throw; a topic that cannot be identified, or whose records
 * do not carry Kafka's append time, fails the job (see {@link CreateTimePolicy}).
 */
public final class LogRecordDeserializer implements KafkaRecordDeserializationSchema<ParsedLog> {
  private static final long serialVersionUID = 1;

  private final LogParserFactory parserFactory;
  private final TopicIds topicIds;
  private final CreateTimePolicy createTimePolicy;

  private transient LogParser parser;
  private transient ParseMetrics metrics;
  private transient RecordOrigins origins;

  /**
   * Creates a deserializer.
   *
   * @param parserFactory makes the parser of each reader
   * @param topicIds asked once for each topic and reader
   * @param createTimePolicy what to do with records that do not carry Kafka's append time
   */
  public LogRecordDeserializer(
      LogParserFactory parserFactory, TopicIds topicIds, CreateTimePolicy createTimePolicy) {
    this.parserFactory = requireNonNull(parserFactory, "parserFactory");
    this.topicIds = requireNonNull(topicIds, "topicIds");
    this.createTimePolicy = requireNonNull(createTimePolicy, "createTimePolicy");
  }

  @Override
  public void open(InitializationContext context) {
    parser = parserFactory.create();
    metrics = new ParseMetrics(context.getMetricGroup());
    origins = new RecordOrigins(topicIds, createTimePolicy, context.getMetricGroup());
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ParsedLog> out) {
    RecordOrigin origin = origins.of(record);
    ParsedLog parsed = parser.parse(record.value(), origin);
    metrics.count(parsed, origin, record.serializedValueSize());
    out.collect(parsed);
  }

  @Override
  public TypeInformation<ParsedLog> getProducedType() {
    return TypeInformation.of(ParsedLog.class);
  }
}
