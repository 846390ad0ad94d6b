package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.sinks.prometheus.RemoteWriteConnection;
import io.weir.sinks.prometheus.RemoteWriteSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteWriteOptionsTest {
  private static final String URL = "https://prometheus:9090/api/v1/write";

  private static RemoteWriteOptions parse(String... args) {
    OptionValues values = values(args);
    RemoteWriteOptions options = RemoteWriteOptions.read(values);
    values.throwIfInvalid();
    return options;
  }

  private static OptionValues values(String... args) {
    List<OptionGroup> groups = List.of(RemoteWriteOptions.GROUP);
    return OptionValues.read(args, groups, groups);
  }

  @Test
  void needsOnlyAnAddressAndHasTheDefaultsOfTheSink() {
    RemoteWriteOptions options = parse("--prometheus.remote-write.url", URL);

    assertThat(options.applyTo(RemoteWriteSink.builder()).build())
        .hasToString(RemoteWriteSink.builder().setPrometheusRemoteWriteUrl(URL).build().toString());
  }

  @Test
  void readsLoginHeadersAndLimits(@TempDir Path folder) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret\n");
    OptionValues values =
        values(
            "--prometheus.remote-write.url", URL,
            "--prometheus.remote-write.bearer-token-file", token.toString(),
            "--prometheus.remote-write.headers.X-Scope-OrgID", "team-a",
            "--prometheus.remote-write.request-timeout", "3 s",
            "--prometheus.remote-write.max-samples", "10",
            "--prometheus.remote-write.max-buffered-samples", "11",
            "--prometheus.remote-write.fail-on-rejections", "12",
            "--prometheus.remote-write.too-old-by-time", "false");

    RemoteWriteOptions options = RemoteWriteOptions.read(values);

    values.throwIfInvalid();
    RemoteWriteConnection connection = options.connection().orElseThrow();
    assertThat(connection.bearerToken()).isEqualTo("secret");
    assertThat(connection.headers()).containsEntry("X-Scope-OrgID", "team-a");
    assertThat(connection.requestTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.applyTo(RemoteWriteSink.builder()).build().toString())
        .contains(
            "maxBatchSize=10",
            "maxBufferedRequests=11",
            "maxRejectionsInARow=12",
            "tooOldByTime=false");
    assertThat(values.shown().toString()).doesNotContain("secret").contains("team-a");
  }

  @Test
  void saysEverythingThatIsWrong() {
    assertThatThrownBy(
            () ->
                parse(
                    "--prometheus.remote-write.username", "weir",
                    "--prometheus.remote-write.ca-certificate", "/no/such/file",
                    "--prometheus.remote-write.max-samples", "100000",
                    "--prometheus.remote-write.max-size", "20 mb",
                    "--prometheus.remote-write.max-backoff", "1 ms"))
        .hasMessageContainingAll(
            "prometheus.remote-write.url: is required",
            "prometheus.remote-write.ca-certificate: cannot read /no/such/file",
            "prometheus.remote-write.max-buffered-samples: must be more than",
            "prometheus.remote-write.max-buffered-size: must be at least",
            "prometheus.remote-write.max-backoff: must be at least");
    assertThatThrownBy(
            () ->
                parse(
                    "--prometheus.remote-write.url",
                    URL,
                    "--prometheus.remote-write.username",
                    "weir"))
        .hasMessageContaining("username and password go together");
    assertThatThrownBy(() -> parse("--prometheus.remote-write.url", "prometheus:9090"))
        .hasMessageContaining("prometheus.remote-write.url: ");
  }

  /** What holds for the options of every program. */
  @Test
  void itsOptionsFitTheReference() {
    for (Option<?> option : RemoteWriteOptions.GROUP.options()) {
      assertThat(option.key()).matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)*");
      assertThat(option.description()).endsWith(".").doesNotContain("|", "\n");
      option
          .defaultText()
          .ifPresent(text -> assertThat(option.type().reader().apply(text)).isNotNull());
    }
  }
}
