package io.weir.operators.logs;

import static io.weir.operators.TestingRecords.APPEND_TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.kafka.TopicCode;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParseReason;
import io.weir.model.log.ParsedLog;
import io.weir.operators.OperatorMetrics;
import io.weir.operators.TestingRecords;
import io.weir.operators.kafka.TopicIds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LogRecordDeserializerTest {
  private static final Uuid ID = new Uuid(42, 43);

  private final MetricListener metrics = new MetricListener();
  private final List<String> lookups = new ArrayList<>();
  private final List<ParsedLog> out = new ArrayList<>();
  private final Collector<ParsedLog> collector =
      new Collector<>() {
        @Override
        public void collect(ParsedLog parsed) {
          out.add(parsed);
        }

        @Override
        public void close() {}
      };

  /** "bad" is a dead letter, a number is an event with these flags, all else an event. */
  private static final class TestingParser implements LogParser {
    @Override
    public ParsedLog parse(byte[] value, RecordOrigin origin) {
      String text = value == null ? "bad" : new String(value, StandardCharsets.UTF_8);
      if (text.startsWith("bad")) {
        return ParsedLog.of(TestingRecords.deadLetter(origin, text));
      }
      int flags = text.chars().allMatch(Character::isDigit) ? Integer.parseInt(text) : 0;
      return ParsedLog.of(TestingRecords.event(origin, flags));
    }
  }

  private LogRecordDeserializer open(CreateTimePolicy policy) {
    TopicIds ids =
        topic -> {
          lookups.add(topic);
          return ID;
        };
    return open(ids, policy);
  }

  private LogRecordDeserializer open(TopicIds ids, CreateTimePolicy policy) {
    LogRecordDeserializer deserializer = new LogRecordDeserializer(TestingParser::new, ids, policy);
    deserializer.open(
        new DeserializationSchema.InitializationContext() {
          @Override
          public MetricGroup getMetricGroup() {
            return metrics.getMetricGroup();
          }

          @Override
          public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
          }
        });
    return deserializer;
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, long offset, TimestampType type, String value) {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(
        topic,
        3,
        offset,
        APPEND_TIME,
        type,
        -1,
        bytes == null ? -1 : bytes.length,
        null,
        bytes,
        new RecordHeaders(),
        Optional.empty());
  }

  private static ConsumerRecord<byte[], byte[]> appended(String topic, long offset, String value) {
    return record(topic, offset, TimestampType.LOG_APPEND_TIME, value);
  }

  @Test
  void namesAnEventByItsPlaceInKafka() {
    open(CreateTimePolicy.FAIL).deserialize(appended("logs", 77, "x"), collector);

    RecordOrigin expected = new RecordOrigin("logs", TopicCode.of(42, 43), 3, 77, APPEND_TIME);
    assertThat(out).singleElement().extracting(p -> p.event().origin()).isEqualTo(expected);
  }

  @Test
  void emitsExactlyOneOutcomeForEachRecordInOrder() {
    LogRecordDeserializer deserializer = open(CreateTimePolicy.FAIL);

    deserializer.deserialize(appended("logs", 0, "x"), collector);
    deserializer.deserialize(appended("logs", 1, null), collector);
    deserializer.deserialize(appended("logs", 2, "x"), collector);

    assertThat(out)
        .extracting(p -> p.event() != null ? p.event().offset() : -p.deadLetter().origin().offset())
        .containsExactly(0L, -1L, 2L);
  }

  @Test
  void asksForTheIdOfATopicOnce() {
    LogRecordDeserializer deserializer = open(CreateTimePolicy.FAIL);

    for (int i = 0; i < 3; i++) {
      deserializer.deserialize(appended("logs", i, "x"), collector);
      deserializer.deserialize(appended("audit", i, "x"), collector);
    }

    assertThat(lookups).containsExactly("logs", "audit");
  }

  @Test
  void failsWhenATopicCannotBeIdentified() {
    TopicIds failing =
        topic -> {
          throw new TopicIds.TopicLookupException("topic '" + topic + "' unknown", null);
        };
    LogRecordDeserializer deserializer = open(failing, CreateTimePolicy.FAIL);

    assertThatThrownBy(() -> deserializer.deserialize(appended("logs", 0, "x"), collector))
        .hasMessageContaining("'logs'");
    assertThat(out).isEmpty();
  }

  @Test
  void refusesAProducersTimeAndNamesTopicAndRemedy() {
    LogRecordDeserializer deserializer = open(CreateTimePolicy.FAIL);

    assertThatThrownBy(
            () ->
                deserializer.deserialize(
                    record("logs", 9, TimestampType.CREATE_TIME, "x"), collector))
        .hasMessageContaining("topic 'logs', partition 3, offset 9")
        .hasMessageContaining("LogAppendTime")
        .hasMessageContaining("kafka.create-time: accept");
  }

  @Test
  void acceptsAndCountsAProducersTimeWhenToldTo() {
    LogRecordDeserializer deserializer = open(CreateTimePolicy.ACCEPT);

    deserializer.deserialize(record("logs", 9, TimestampType.CREATE_TIME, "x"), collector);

    assertThat(out).hasSize(1);
    assertThat(counter(OperatorMetrics.CREATE_TIME_RECORDS)).isEqualTo(1);
  }

  @Test
  void refusesARecordWithoutAnyTimeWhateverThePolicy() {
    LogRecordDeserializer deserializer = open(CreateTimePolicy.ACCEPT);

    assertThatThrownBy(
            () ->
                deserializer.deserialize(
                    record("logs", 9, TimestampType.NO_TIMESTAMP_TYPE, "x"), collector))
        .hasMessageContaining("carries no time");
  }

  @Test
  void countsRecordsBytesReasonsFlagsAndLag() {
    LogRecordDeserializer deserializer = open(CreateTimePolicy.FAIL);

    deserializer.deserialize(appended("logs", 0, "four"), collector);
    deserializer.deserialize(appended("logs", 1, null), collector);
    deserializer.deserialize(appended("logs", 2, "bad_time"), collector);
    deserializer.deserialize(appended("logs", 3, "bad_time"), collector);
    int flags = LogFlags.LEVEL_INFERRED | LogFlags.MESSAGE_TRUNCATED;
    deserializer.deserialize(appended("logs", 4, Integer.toString(flags)), collector);

    assertThat(counter(OperatorMetrics.RECORDS)).isEqualTo(5);
    assertThat(counter(OperatorMetrics.BYTES)).isEqualTo(4 + 8 + 8 + 2);
    assertThat(counter("reason", "bad", OperatorMetrics.DEAD_LETTERS)).isEqualTo(1);
    assertThat(counter("reason", "bad_time", OperatorMetrics.DEAD_LETTERS)).isEqualTo(2);
    assertThat(counter("flag", "level_inferred", OperatorMetrics.FLAGGED)).isEqualTo(1);
    assertThat(counter("flag", "message_truncated", OperatorMetrics.FLAGGED)).isEqualTo(1);
    assertThat(counter("flag", "archive_only", OperatorMetrics.FLAGGED)).isZero();
    Histogram lag =
        metrics.getMetric(Histogram.class, OperatorMetrics.EVENT_TO_APPEND_LAG).orElseThrow();
    assertThat(lag.getCount()).isEqualTo(2);
    assertThat(lag.getStatistics().getQuantile(0.5)).isEqualTo(250);
  }

  /** An alert on an increase needs the zero before it. */
  @Test
  void showsEveryReasonOfDeadLettersBeforeTheFirst() {
    open(CreateTimePolicy.FAIL);

    for (ParseReason reason : ParseReason.values()) {
      assertThat(counter("reason", reason.code(), OperatorMetrics.DEAD_LETTERS)).isZero();
    }
  }

  @Test
  void countsEveryFlagThatAParserSets() {
    LogRecordDeserializer deserializer = open(CreateTimePolicy.FAIL);
    int all = (1 << LogFlags.names().size()) - 1;

    deserializer.deserialize(appended("logs", 0, Integer.toString(all)), collector);

    for (String flag : LogFlags.names()) {
      if (flag.equals("field_terms_truncated")) {
        // The sink sets and counts it: a series here would stay at 0.
        assertThat(metrics.getCounter("flag", flag, OperatorMetrics.FLAGGED)).isEmpty();
      } else {
        assertThat(counter("flag", flag, OperatorMetrics.FLAGGED)).as(flag).isEqualTo(1);
      }
    }
  }

  private long counter(String... path) {
    return metrics.getCounter(path).orElseThrow().getCount();
  }
}
