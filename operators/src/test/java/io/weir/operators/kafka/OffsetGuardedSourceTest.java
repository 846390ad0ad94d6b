package io.weir.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.operators.OperatorMetrics;
import io.weir.operators.kafka.PartitionBounds.Range;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Around a real Kafka reader, whose consumer finds no broker: only splits matter here. */
class OffsetGuardedSourceTest {
  private static final TopicPartition P0 = new TopicPartition("logs", 0);

  private static OffsetGuardedSource<String> source(ExpiredOffsets policy) {
    KafkaSource<String> kafka =
        KafkaSource.<String>builder()
            .setBootstrapServers("localhost:1")
            .setTopics("logs")
            .setGroupId("test")
            .setStartingOffsets(new NoSilentReset(OffsetsInitializer.earliest()))
            .setDeserializer(KafkaRecordDeserializationSchema.valueOnly(StringDeserializer.class))
            .build();
    return new OffsetGuardedSource<>(
        kafka, Types.STRING, policy, partitions -> Map.of(P0, new Range(100, 200)));
  }

  @Test
  void theReaderGoesOnWhereTheGuardSaysAndTheGapIsCounted() throws Exception {
    MetricListener metrics = new MetricListener();
    TestingReaderContext context =
        new TestingReaderContext(
            new Configuration(), InternalSourceReaderMetricGroup.mock(metrics.getMetricGroup()));
    try (SourceReader<String, KafkaPartitionSplit> reader =
        source(ExpiredOffsets.EARLIEST).createReader(context)) {
      reader.addSplits(List.of(new KafkaPartitionSplit(P0, 40)));

      assertThat(reader.snapshotState(1)).containsExactly(new KafkaPartitionSplit(P0, 100));
      assertThat(metrics.getCounter(OperatorMetrics.EXPIRED_RECORDS))
          .hasValueSatisfying(lost -> assertThat(lost.getCount()).isEqualTo(60));
    }
  }

  @Test
  void theReaderRefusesASplitWhoseOffsetExpired() throws Exception {
    try (SourceReader<String, KafkaPartitionSplit> reader =
        source(ExpiredOffsets.FAIL).createReader(new TestingReaderContext())) {
      assertThatThrownBy(() -> reader.addSplits(List.of(new KafkaPartitionSplit(P0, 40))))
          .isInstanceOf(ExpiredOffsetsException.class);
      assertThat(reader.snapshotState(1)).isEmpty();
    }
  }

  @Test
  void travelsWithTheJobGraph() throws Exception {
    OffsetGuardedSource<String> source =
        new OffsetGuardedSource<>(
            source(ExpiredOffsets.FAIL),
            Types.STRING,
            ExpiredOffsets.FAIL,
            new KafkaPartitionBounds(Map.of("bootstrap.servers", "localhost:1")));

    OffsetGuardedSource<String> copy = InstantiationUtil.clone(source);

    assertThat(copy.getProducedType()).isEqualTo(Types.STRING);
  }

  @Test
  void theConsumerMayNotResetByItself() {
    for (OffsetsInitializer start :
        List.of(
            OffsetsInitializer.earliest(),
            OffsetsInitializer.latest(),
            OffsetsInitializer.timestamp(0))) {
      assertThat(new NoSilentReset(start).getAutoOffsetResetStrategy())
          .isEqualTo(OffsetResetStrategy.NONE);
    }
  }
}
