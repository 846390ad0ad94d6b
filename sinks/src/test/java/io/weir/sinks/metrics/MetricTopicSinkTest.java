package io.weir.sinks.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class MetricTopicSinkTest {
  private static final MetricPoint POINT =
      new MetricPoint("requests", 1.5, 1_774_778_400_000L, Map.of("a", "b"), MetricType.COUNTER);

  @Test
  void aRecordIsKeyedByTheMetricSoThatItsSeriesKeepTheirOrder() throws Exception {
    MetricTopicSink.Schema schema = InstantiationUtil.clone(new MetricTopicSink.Schema("metrics"));

    ProducerRecord<byte[], byte[]> record = schema.serialize(POINT, null, 7L);

    assertThat(record.topic()).isEqualTo("metrics");
    assertThat(record.partition()).isNull();
    assertThat(record.key()).asString().isEqualTo("requests");
    assertThat(MetricPointJson.decode(record.value())).isEqualTo(POINT);
  }

  @Test
  void waitsForAllReplicasWhateverIsConfigured() {
    assertThat(MetricTopicSink.properties(Map.of("acks", "0", "linger.ms", "1")))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .containsEntry("linger.ms", "1");
  }
}
