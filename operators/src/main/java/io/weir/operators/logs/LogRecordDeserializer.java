package io.weir.operators.logs;

import static java.util.Objects.requireNonNull;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.kafka.TopicCode;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import io.weir.operators.kafka.TopicIds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(LogRecordDeserializer.class);

  private final LogParserFactory parserFactory;
  private final TopicIds topicIds;
  private final CreateTimePolicy createTimePolicy;

  private transient LogParser parser;
  private transient ParseMetrics metrics;
  private transient Map<String, String> topicCodes;
  private transient Set<String> topicsWithCreateTime;
  private transient String lastTopic;
  private transient String lastTopicCode;

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
    topicCodes = new HashMap<>();
    topicsWithCreateTime = new HashSet<>();
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ParsedLog> out) {
    if (record.timestampType() != TimestampType.LOG_APPEND_TIME) {
      tolerateOrRefuse(record);
    }
    String topic = record.topic();
    RecordOrigin origin =
        new RecordOrigin(
            topic, codeOf(topic), record.partition(), record.offset(), record.timestamp());
    ParsedLog parsed = parser.parse(record.value(), origin);
    metrics.count(parsed, origin, record.serializedValueSize());
    out.collect(parsed);
  }

  @Override
  public TypeInformation<ParsedLog> getProducedType() {
    return TypeInformation.of(ParsedLog.class);
  }

  private String codeOf(String topic) {
    if (!topic.equals(lastTopic)) {
      lastTopicCode = topicCodes.computeIfAbsent(topic, this::resolve);
      lastTopic = topic;
    }
    return lastTopicCode;
  }

  private String resolve(String topic) {
    Uuid id = topicIds.idOf(topic);
    String code = TopicCode.of(id.getMostSignificantBits(), id.getLeastSignificantBits());
    LOG.info("Topic {} has the id {}, code {}", topic, id, code);
    return code;
  }

  private void tolerateOrRefuse(ConsumerRecord<byte[], byte[]> record) {
    boolean hasTime = record.timestampType() == TimestampType.CREATE_TIME;
    if (createTimePolicy == CreateTimePolicy.FAIL || !hasTime) {
      throw new IllegalStateException(
          "topic '"
              + record.topic()
              + "', partition "
              + record.partition()
              + ", offset "
              + record.offset()
              + " carries "
              + (hasTime ? "its producer's time" : "no time")
              + " instead of Kafka's append time: set message.timestamp.type=LogAppendTime on the"
              + " topic; for records that are there already, set kafka.create-time: accept");
    }
    metrics.countCreateTime();
    if (topicsWithCreateTime.add(record.topic())) {
      LOG.warn(
          "Topic {} carries its producers' time instead of Kafka's append time; it is trusted as"
              + " configured, so a wrong clock can put events into the wrong hour",
          record.topic());
    }
  }
}
