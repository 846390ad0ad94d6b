package io.weir.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class MetricShipperTest {
  private static final long NOW = 1_790_000_000_000L;

  // Kafka's own test double of its client; the broker is real where the whole way is tested.
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Test
  void keysPointsByMetricAndStampsThemWithTheTimeOfTheRound() {
    MetricPoint point = new MetricPoint("load", 1.5, NOW, Map.of("host", "a"), MetricType.GAUGE);
    shipper(
            (now, out) ->
                out.accept(
                    new MetricPoint("load", 1.5, now, Map.of("host", "a"), MetricType.GAUGE)))
        .ship();
    assertThat(producer.history()).hasSize(1);
    assertThat(producer.history().get(0).topic()).isEqualTo("metrics");
    assertThat(new String(producer.history().get(0).key(), StandardCharsets.UTF_8))
        .isEqualTo("load");
    assertThat(MetricPointJson.decode(producer.history().get(0).value())).isEqualTo(point);
  }

  @Test
  void countsWhatKafkaTookAndWhatItDidNot() {
    MetricShipper shipper =
        shipper(
            (now, out) -> {
              out.accept(new MetricPoint("a", 1, now, Map.of(), MetricType.GAUGE));
              out.accept(new MetricPoint("b", 1, now, Map.of(), MetricType.GAUGE));
            });
    shipper.ship();
    producer.completeNext();
    producer.errorNext(new IllegalStateException("away"));
    assertThat(shipper.shippedPoints()).isEqualTo(1);
    assertThat(shipper.droppedPoints()).isEqualTo(1);
  }

  @Test
  void measuresTheOtherSourcesWhenOneFails() {
    shipper(
            (now, out) -> {
              throw new IllegalStateException("broken sensor");
            },
            (now, out) -> out.accept(new MetricPoint("b", 1, now, Map.of(), MetricType.GAUGE)))
        .ship();
    assertThat(producer.history()).hasSize(1);
  }

  private MetricShipper shipper(MetricSource... sources) {
    return new MetricShipper(
        producer,
        "metrics",
        List.of(sources),
        Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));
  }
}
