package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsJobOptionsTest {

  private static MetricsJobOptions parse(String... more) {
    List<String> args = new ArrayList<>(List.of("--kafka.bootstrap-servers", "localhost:9092"));
    args.addAll(List.of("--prometheus.remote-write.url", "http://localhost:9090/api/v1/write"));
    args.addAll(List.of(more));
    return MetricsJobOptions.parse(args.toArray(String[]::new));
  }

  @Test
  void needsOnlyToKnowWhereKafkaAndPrometheusAre() {
    MetricsJobOptions options = parse();

    assertThat(options.kafka().topics()).containsExactly("metrics");
    assertThat(options.remoteWrite().connection()).isPresent();
    assertThat(options.kafka().groupId()).isEqualTo("weir-metrics");
    assertThat(options.maxRecordBytes()).isEqualTo(256 << 10);
    assertThat(options.outOfOrderness()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.seriesTimeToLive()).isEqualTo(Duration.ofDays(3));
    assertThat(options.combine().limits().perMetric()).isEqualTo(100_000);
    assertThat(options.combine().statistics()).isEmpty();
    assertThat(options.deadLetters().topic()).isEqualTo("metrics-dead-letters");
    assertThat(options.shown()).containsEntry("metrics.topic", "metrics");
  }

  @Test
  void takesPatternsOfGauges() {
    assertThat(parse("--metrics.gauge-statistics", "cpu_.*, mem").combine().statistics())
        .extracting(Pattern::pattern)
        .containsExactly("cpu_.*", "mem");
  }

  @Test
  void doesNotTakeTheTopicsOfTheLogsJob() {
    assertThatThrownBy(() -> parse("--kafka.topics", "logs"))
        .hasMessageContaining("kafka.topics: no such option");
  }

  @ParameterizedTest
  @CsvSource({
    "--metrics.idle-after, 0 s, must be at least",
    "--metrics.series-time-to-live, 14 s, must be at least",
    "--metrics.series-forget-after, 1 s, must be at least",
    "--metrics.series-per-metric, 0, outside",
    "--metrics.max-record-size, 2 gb, must be",
    "--metrics.gauge-statistics, '[', not a regular expression",
    "--metrics.dead-letters-topic, metrics, is the topic that is read"
  })
  void refusesWhatCannotWork(String key, String value, String reason) {
    assertThatThrownBy(() -> parse(key, value))
        .hasMessageContaining(key.substring(2) + ": ")
        .hasMessageContaining(reason);
  }
}
