package io.weir.harness.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedNodes.class)
class SharedNodesITCase {

  @Test
  void everyNodeAnswersAndIsTheSameForAll(
      SharedNodes nodes,
      KafkaBroker kafka,
      ElasticsearchNode elasticsearch,
      ObjectStore objectStore,
      FlinkCluster flink) {
    assertThat(kafka.process().isReady()).isTrue();
    assertThat(elasticsearch.get("/_cluster/health").path("status").asText())
        .isIn("green", "yellow");
    assertThat(objectStore.process().isReady()).isTrue();
    assertThat(flink.rest().taskManagers()).isEqualTo(1);
    assertThat(nodes.kafka()).isSameAs(kafka);
    assertThat(nodes.flink()).isSameAs(flink);
  }

  @Test
  void theGeneratorReportsWhatKafkaHoldsAtTheRateThatWasAsked(KafkaBroker kafka) throws Exception {
    String topic = "generated";
    try (Admin admin = kafka.admin();
        Generator generator = new Generator(kafka.bootstrapServers())) {
      admin
          .createTopics(
              java.util.List.of(
                  new NewTopic(topic, 1, (short) 1)
                      .configs(Map.of("max.message.bytes", "8000000"))))
          .all()
          .get(30, TimeUnit.SECONDS);
      LogStream stream =
          new LogStream(
              LogStream.Plan.of("rate", 1).withPoisonEvery(500),
              EventTimes.from(Clock.systemUTC()));
      LoadReport report =
          generator.send(stream, new Load(topic, 5000, 10_000, Duration.ofSeconds(60)));
      assertThat(report.events()).isEqualTo(9_980);
      assertThat(report.poisonRecords()).isEqualTo(20);
      // It cannot be faster than asked; how much slower a busy machine makes it decides nothing.
      assertThat(report.elapsed()).isGreaterThan(Duration.ofMillis(1_999));
      TopicPartition partition = new TopicPartition(topic, 0);
      assertThat(
              admin
                  .listOffsets(Map.of(partition, OffsetSpec.latest()))
                  .partitionResult(partition)
                  .get(30, TimeUnit.SECONDS)
                  .offset())
          .isEqualTo(10_000);
    }
  }
}
