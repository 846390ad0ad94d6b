package io.weir.operators.metrics;

import static io.weir.operators.TestingRecords.APPEND_TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.MetricRecordParser;
import io.weir.model.kafka.TopicCode;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import io.weir.operators.OperatorMetrics;
import io.weir.operators.logs.CreateTimePolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricRecordDeserializerTest {
  private final MetricListener metrics = new MetricListener();
  private final List<ParsedMetric> out = new ArrayList<>();
  private final MetricRecordDeserializer deserializer =
      new MetricRecordDeserializer(1000, topic -> new Uuid(42, 43), CreateTimePolicy.FAIL);

  @BeforeEach
  void open() {
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
  }

  private void deserialize(String json, long offset, TimestampType type) {
    byte[] value = json.getBytes(StandardCharsets.UTF_8);
    deserializer.deserialize(
        new ConsumerRecord<>(
            "metrics",
            3,
            offset,
            APPEND_TIME,
            type,
            -1,
            value.length,
            null,
            value,
            new RecordHeaders(),
            Optional.empty()),
        new ListCollector<>(out));
  }

  private void deserialize(String json, long offset) {
    deserialize(json, offset, TimestampType.LOG_APPEND_TIME);
  }

  @Test
  void makesAPointOrADeadLetterOfEachRecordInOrder() {
    deserialize("{\"metric\":\"m\",\"value\":1,\"timestamp\":" + (APPEND_TIME - 5) + "}", 0);
    deserialize("{", 1);
    deserialize("{\"metric\":\"m\",\"value\":2,\"timestamp\":" + (APPEND_TIME + 60_000) + "}", 2);

    assertThat(out).hasSize(3);
    assertThat(out.get(0).point().timestampMillis()).isEqualTo(APPEND_TIME - 5);
    assertThat(out.get(1).deadLetter().origin().offset()).isEqualTo(1);
    assertThat(out.get(1).deadLetter().origin().topicCode()).isEqualTo(TopicCode.of(42, 43));
    assertThat(out.get(2).point().timestampMillis())
        .as("a fast clock does not run ahead of Kafka's")
        .isEqualTo(APPEND_TIME);
  }

  @Test
  void countsRecordsBytesReasonsAndReplacedTimes() {
    for (String reason : MetricRecordParser.REASONS) {
      assertThat(counter("reason", reason, OperatorMetrics.DEAD_LETTERS)).as(reason).isZero();
    }

    deserialize("{}", 0);
    deserialize("{\"metric\":\"m\",\"value\":1}", 1);
    deserialize("{\"metric\":\"m\",\"value\":1,\"timestamp\":\"?\"}", 2);

    assertThat(counter(OperatorMetrics.METRIC_RECORDS)).isEqualTo(3);
    assertThat(counter(OperatorMetrics.METRIC_BYTES)).isEqualTo(2 + 24 + 40);
    assertThat(counter("reason", "invalid_point", OperatorMetrics.DEAD_LETTERS)).isEqualTo(1);
    assertThat(counter("timeSource", "missing", OperatorMetrics.REPLACED_TIMES)).isEqualTo(1);
    assertThat(counter("timeSource", "unreadable", OperatorMetrics.REPLACED_TIMES)).isEqualTo(1);
    assertThat(counter("timeSource", "in_future", OperatorMetrics.REPLACED_TIMES)).isZero();
  }

  @Test
  void refusesAProducersTimeInPlaceOfTheAppendTime() {
    assertThatThrownBy(() -> deserialize("{}", 7, TimestampType.CREATE_TIME))
        .hasMessageContaining("topic 'metrics', partition 3, offset 7");
  }

  @Test
  void pointsAndDeadLettersPart() throws Exception {
    deserialize("{\"metric\":\"m\",\"value\":1}", 0);
    deserialize("{", 1);
    deserialize("{\"metric\":\"weir_rule_log_event\",\"value\":1}", 2);

    try (OneInputStreamOperatorTestHarness<ParsedMetric, MetricPoint> harness =
        ProcessFunctionTestHarnesses.forProcessFunction(new RoutePoints())) {
      for (ParsedMetric parsed : out) {
        harness.processElement(parsed, parsed.timestampMillis());
      }
      assertThat(harness.extractOutputValues()).containsExactly(out.get(0).point());
      assertThat(harness.getSideOutput(RoutePoints.DEAD_LETTERS))
          .extracting(letter -> (DeadLetter) letter.getValue())
          .containsExactly(out.get(1).deadLetter());
    }
  }

  private long counter(String... path) {
    return metrics.getCounter(path).orElseThrow().getCount();
  }
}
