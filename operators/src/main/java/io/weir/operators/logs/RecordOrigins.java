package io.weir.operators.logs;

import static java.util.Objects.requireNonNull;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.kafka.TopicCode;
import io.weir.operators.OperatorMetrics;
import io.weir.operators.kafka.TopicIds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names records by their place in Kafka and vouches for their append time. Used by one thread. */
public final class RecordOrigins {
  private static final Logger LOG = LoggerFactory.getLogger(RecordOrigins.class);

  private final TopicIds topicIds;
  private final CreateTimePolicy createTimePolicy;
  private final Counter createTimeRecords;
  private final Map<String, String> topicCodes = new HashMap<>();
  private final Set<String> topicsWithCreateTime = new HashSet<>();
  private String lastTopic;
  private String lastTopicCode;

  /**
   * Creates the names of one reader.
   *
   * @param topicIds asked once for each topic
   * @param createTimePolicy what to do with records that do not carry Kafka's append time
   * @param metrics counts records with their producer's time
   */
  public RecordOrigins(TopicIds topicIds, CreateTimePolicy createTimePolicy, MetricGroup metrics) {
    this.topicIds = requireNonNull(topicIds, "topicIds");
    this.createTimePolicy = requireNonNull(createTimePolicy, "createTimePolicy");
    this.createTimeRecords = metrics.counter(OperatorMetrics.CREATE_TIME_RECORDS);
  }

  /**
   * Returns where a record stands.
   *
   * @throws TopicIds.TopicLookupException if the topic cannot be identified
   * @throws IllegalStateException if the record does not carry an append time that may be trusted
   */
  public RecordOrigin of(ConsumerRecord<byte[], byte[]> record) {
    if (record.timestampType() != TimestampType.LOG_APPEND_TIME) {
      tolerateOrRefuse(record);
    }
    String topic = record.topic();
    return new RecordOrigin(
        topic, codeOf(topic), record.partition(), record.offset(), record.timestamp());
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
    createTimeRecords.inc();
    if (topicsWithCreateTime.add(record.topic())) {
      LOG.warn(
          "Topic {} carries its producers' time instead of Kafka's append time; it is trusted as"
              + " configured, so a wrong clock can put events into the wrong hour",
          record.topic());
    }
  }
}
