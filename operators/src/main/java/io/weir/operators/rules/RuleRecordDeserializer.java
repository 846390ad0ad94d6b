package io.weir.operators.rules;

import static java.util.Objects.requireNonNull;

import io.weir.operators.kafka.LastRecord;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of alert rules, whose keys are ids. Behind the last record that was there when
 * the first one was read it says so ({@link RuleRecord#caughtUp}); a topic that is empty says so
 * behind the first record that comes. Records without a key are no rules and are skipped with a
 * warning.
 */
public final class RuleRecordDeserializer implements KafkaRecordDeserializationSchema<RuleRecord> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(RuleRecordDeserializer.class);
  private static final long CAUGHT_UP = Long.MAX_VALUE;

  private final LastRecord lastRecord;

  /** Offset of the last record to read before all is known; -1 until somebody asked. */
  private transient long last;

  /**
   * Creates a deserializer.
   *
   * @param lastRecord asked once by each reader
   */
  public RuleRecordDeserializer(LastRecord lastRecord) {
    this.lastRecord = requireNonNull(lastRecord, "lastRecord");
  }

  @Override
  public void open(InitializationContext context) {
    last = -1;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RuleRecord> out) {
    if (record.partition() != 0) {
      throw new IllegalStateException(
          "topic '"
              + record.topic()
              + "' has more than one partition: offsets are the versions of rules, so it must have"
              + " exactly one");
    }
    if (last < 0) {
      last = lastOffset(new TopicPartition(record.topic(), 0), record.offset());
    }
    if (record.key() == null) {
      LOG.warn("Record {} of {} has no key: no rule", record.offset(), record.topic());
    } else {
      String id = new String(record.key(), StandardCharsets.UTF_8);
      out.collect(new RuleRecord(id, record.offset(), record.value()));
    }
    if (record.offset() >= last) {
      out.collect(RuleRecord.caughtUp());
      last = CAUGHT_UP;
    }
  }

  private long lastOffset(TopicPartition partition, long atLeast) {
    return Math.max(atLeast, lastRecord.of(partition).orElse(atLeast));
  }

  @Override
  public TypeInformation<RuleRecord> getProducedType() {
    return TypeInformation.of(RuleRecord.class);
  }
}
