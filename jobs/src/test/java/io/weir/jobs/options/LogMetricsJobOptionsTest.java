package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.operators.counts.Extraction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogMetricsJobOptionsTest {

  private static LogMetricsJobOptions parse(String... more) {
    List<String> args = new ArrayList<>(List.of("--kafka.bootstrap-servers", "localhost:9092"));
    args.addAll(List.of(more));
    return LogMetricsJobOptions.parse(args.toArray(String[]::new));
  }

  @Test
  void needsOnlyToKnowWhereKafkaIs() {
    LogMetricsJobOptions options = parse();

    assertThat(options.kafka().topics()).containsExactly("logs");
    assertThat(options.kafka().groupId()).isEqualTo("weir-log-metrics");
    assertThat(options.rulesTopic()).isEqualTo("alert-rules");
    assertThat(options.metricsTopic()).isEqualTo("metrics");
    assertThat(options.counts().extractions()).isEmpty();
    assertThat(options.counts().tellEvery()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void takesExtractionsFromTheCommandLineAndFromAFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("weir.yaml");
    Files.writeString(
        file,
        """
        extract:
          slow_requests_total:
            query: slow level:>=WARN
            tags: [service, user.zone]
        """);

    LogMetricsJobOptions options =
        parse(
            "--config",
            file.toString(),
            "--extract.latency_ms.query",
            "took_ms:*",
            "--extract.latency_ms.field",
            "took_ms",
            "--extract.latency_ms.max-series",
            "7");

    assertThat(options.counts().extractions())
        .containsExactly(
            new Extraction("latency_ms", "took_ms:*", "took_ms", List.of(), 7),
            new Extraction(
                "slow_requests_total",
                "slow level:>=WARN",
                null,
                List.of("service", "user.zone"),
                1000));
  }

  @ParameterizedTest
  @CsvSource({
    "--extract.m.field, f, extract.m.query: is required",
    "--extract.m.query, (, extract.m: query: expected a term",
    "--extract.m.quarry, x, extract.m.quarry: ends with none of",
    "--extract.m, x, extract.m: ends with none of",
    "--extract.m x.query, x, extract.m x: 'm x' is no name of a metric",
    "--metrics.topic, logs, metrics.topic: is one of the topics that are read",
    "--kafka.topic-pattern, m.*, metrics.topic: matches the pattern",
    "--log-metrics.tell-every, 0 s, log-metrics.tell-every: must be longer",
    "--kafka.group-id, x, kafka.group-id: no such option",
    "--elasticsearch.hosts, http://x, elasticsearch.hosts: no such option"
  })
  void saysWhatIsWrong(String key, String value, String reason) {
    assertThatThrownBy(() -> parse(key, value)).hasMessageContaining(reason);
  }
}
