package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class RemoteWriteSinkBuilderTest {
  private static final String URL = "https://prometheus:9090/api/v1/write";

  @Test
  void buildsASinkThatTravelsWithTheJob() throws Exception {
    RemoteWriteSink sink =
        RemoteWriteSink.builder()
            .setPrometheusRemoteWriteUrl(URL)
            .setUsername("weir")
            .setPassword("secret")
            .setHeaders(Map.of("X-Scope-OrgID", "a"))
            .setConnectTimeout(Duration.ofSeconds(1))
            .setRequestTimeout(Duration.ofSeconds(2))
            .setMaxBatchSize(10)
            .setMaxBufferedRequests(11)
            .setMaxInFlightRequests(1)
            .setMaxBatchSizeInBytes(1_000)
            .setMaxBufferedBytes(1_000)
            .setMaxRecordSizeInBytes(1_000)
            .setMaxTimeInBufferMS(100)
            .setBackoff(Duration.ofMillis(1), Duration.ofSeconds(1))
            .setMaxRejectionsInARow(1)
            .setTooOldByTime(false)
            .build();

    assertThat(InstantiationUtil.clone(sink).toString())
        .isEqualTo(sink.toString())
        .contains(URL, "user weir")
        .doesNotContain("secret");
  }

  @Test
  void hasDefaultsThatFitTogether() {
    assertThat(RemoteWriteSink.builder().setPrometheusRemoteWriteUrl(URL).build().toString())
        .contains("maxBatchSize=2000", "maxBufferedRequests=20000", "no login");
    assertThat(
            RemoteWriteSink.builder()
                .setPrometheusRemoteWriteUrl(URL)
                .setMaxBatchSize(5)
                .setMaxBatchSizeInBytes(100)
                .build()
                .toString())
        .contains("maxBufferedRequests=50", "maxRecordSizeInBytes=100");
  }

  @Test
  void hidesTheToken() {
    assertThat(
            RemoteWriteSink.builder()
                .setPrometheusRemoteWriteUrl(URL)
                .setBearerToken("secret")
                .build()
                .toString())
        .contains("bearer token")
        .doesNotContain("secret");
  }

  @Test
  void takesNoSecondRequestAtATime() {
    assertThatThrownBy(
            () ->
                RemoteWriteSink.builder()
                    .setPrometheusRemoteWriteUrl(URL)
                    .setMaxInFlightRequests(2)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order");
  }

  @Test
  void listsEveryProblemOfTheSettingsAtOnce() {
    assertThatThrownBy(
            () ->
                RemoteWriteSink.builder()
                    .setPrometheusRemoteWriteUrl(URL)
                    .setMaxBatchSize(100)
                    .setMaxBufferedRequests(100)
                    .setMaxBatchSizeInBytes(100)
                    .setMaxRecordSizeInBytes(101)
                    .setMaxBufferedBytes(99)
                    .setMaxTimeInBufferMS(0)
                    .setMaxRejectionsInARow(0)
                    .setBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "maxBufferedRequests 100 must be at least 101",
            "maxRecordSizeInBytes 101",
            "maxBufferedBytes 99",
            "maxTimeInBufferMS 0",
            "maxRejectionsInARow 0",
            "backoff");
  }

  @Test
  void listsEveryProblemOfTheConnectionAtOnce() {
    assertThatThrownBy(
            () ->
                RemoteWriteSink.builder()
                    .setPrometheusRemoteWriteUrl("ftp://prometheus")
                    .setUsername("weir")
                    .setBearerToken("a b")
                    .setCaCertificate("pem")
                    .setRequestTimeout(Duration.ZERO)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "ftp://prometheus",
            "username and password",
            "exclude each other",
            "characters that no header takes",
            "needs https",
            "at least 1 ms");
    assertThatThrownBy(() -> RemoteWriteSink.builder().build())
        .hasMessageContaining("url is needed");
    assertThatThrownBy(() -> RemoteWriteConnection.to("http://weir:secret@prometheus/"))
        .hasMessageContaining("no login")
        .hasMessageNotContaining("secret");
  }

  @Test
  void readsTheCertificateWhereTheJobIsSubmitted() {
    assertThatThrownBy(
            () ->
                RemoteWriteSink.builder()
                    .setPrometheusRemoteWriteUrl(URL)
                    .setCaCertificate("no certificate")
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CA certificate");
  }
}
