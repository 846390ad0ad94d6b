package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertsJobOptionsTest {

  private static AlertsJobOptions parse(String... more) {
    List<String> args = new ArrayList<>(List.of("--kafka.bootstrap-servers", "localhost:9092"));
    args.addAll(List.of(more));
    return AlertsJobOptions.parse(args.toArray(String[]::new));
  }

  @Test
  void needsOnlyToKnowWhereKafkaIs() {
    AlertsJobOptions options = parse();

    assertThat(options.topics())
        .isEqualTo(
            new AlertsJobOptions.Topics("metrics", "alert-rules", "alert-state", "alert-history"));
    assertThat(options.startFrom()).isEqualTo(new StartFrom.Latest());
    assertThat(options.alertmanager()).isEmpty();
    assertThat(options.webhooks()).isEmpty();
    assertThatThrownBy(AlertsJobOptions::parse)
        .hasMessageContaining("kafka.bootstrap-servers: is required");
  }

  @Test
  void tellsAlertmanagersAndWebhooksWhereTheyAreNamed() {
    AlertsJobOptions options =
        parse(
            "--alertmanager.urls", "http://am-1:9093,http://am-2:9093",
            "--alertmanager.bearer-token", "s3cret",
            "--alerts.gateway-url", "https://weir.example.org",
            "--webhook.urls", "https://hooks.example.org/x",
            "--webhook.allowed-hosts", "*.example.org");

    AlertsJobOptions.Alertmanager alertmanager = options.alertmanager().orElseThrow();
    assertThat(alertmanager.connection().urls()).hasSize(2);
    assertThat(alertmanager.endsAfter()).isEqualTo(Duration.ofMinutes(10));
    assertThat(alertmanager.gatewayUrl()).contains("https://weir.example.org");
    assertThat(options.webhooks().orElseThrow().urls()).hasSize(1);
    assertThat(options.shown().toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "--webhook.urls, https://evil.org/, 'evil.org' is not among the allowed hosts",
    "--alertmanager.urls, am:9093, is not a URL",
    "--alerts.idle-after, 0 s, must be longer than nothing",
    "--alerts.silence-after, 0 s, must be longer than nothing",
    "--alerts.max-groups-per-rule, 0, 0 is outside 1 to"
  })
  void saysWhatIsWrong(String key, String value, String reason) {
    assertThatThrownBy(() -> parse(key, value)).hasMessageContaining(reason);
  }

  @Test
  void anAlertMustNotEndBetweenTwoRepetitions() {
    assertThatThrownBy(
            () ->
                parse(
                    "--alertmanager.urls", "http://am:9093",
                    "--alertmanager.resend-every", "10 min"))
        .hasMessageContaining("alertmanager.*:")
        .hasMessageContaining("at least twice");
  }
}
