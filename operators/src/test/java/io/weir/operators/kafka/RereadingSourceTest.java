package io.weir.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Around a real Kafka reader, whose consumer finds no broker: only splits matter here. */
class RereadingSourceTest {
  private static final TopicPartition P0 = new TopicPartition("rules", 0);

  private static RereadingSource<String> source() {
    return new RereadingSource<>(
        KafkaSource.<String>builder()
            .setBootstrapServers("localhost:1")
            .setTopics("rules")
            .setGroupId("test")
            .setProperty("source.reader.close.timeout", "100") // the consumer waits for a broker
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(KafkaRecordDeserializationSchema.valueOnly(StringDeserializer.class))
            .build(),
        Types.STRING);
  }

  @Test
  void aSplitFromACheckpointIsReadFromItsBeginning() throws Exception {
    try (SourceReader<String, KafkaPartitionSplit> reader =
        source().createReader(new TestingReaderContext())) {
      reader.addSplits(List.of(new KafkaPartitionSplit(P0, 40)));

      assertThat(reader.snapshotState(1))
          .containsExactly(new KafkaPartitionSplit(P0, KafkaPartitionSplit.EARLIEST_OFFSET));
    }
  }

  @Test
  void travelsWithTheJobGraph() throws Exception {
    assertThat(InstantiationUtil.clone(source()).getProducedType()).isEqualTo(Types.STRING);
  }
}
