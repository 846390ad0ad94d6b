package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.log.LogEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.junit.jupiter.api.Test;

class ElasticsearchSinkBuilderTest {

  @Test
  void buildsASinkThatTravelsWithTheJob() throws Exception {
    ElasticsearchSink<LogEvent> sink =
        builder()
            .setHosts(HttpHost.create("https://es1:9200"), HttpHost.create("https://es2:9200"))
            .setConnectionPathPrefix("/search")
            .setUsername("weir")
            .setPassword("secret")
            .setHeaders(new BasicHeader("x-tenant", "a"))
            .setCertificateFingerprint("ab".repeat(32))
            .setConnectionTimeout(1_000)
            .setSocketTimeout(20_000)
            .setMaxBatchSize(10)
            .setMaxBufferedRequests(11)
            .setMaxInFlightRequests(1)
            .setMaxBatchSizeInBytes(1_000)
            .setMaxBufferedBytes(1_000)
            .setMaxRecordSizeInBytes(1_000)
            .setMaxTimeInBufferMS(100)
            .setBackoff(Duration.ofMillis(1), Duration.ofSeconds(1))
            .setMaxUnexplainedAttempts(1)
            .setFailOnRejections(1, 10)
            .setCompression(true)
            .build();

    assertThat(InstantiationUtil.clone(sink).toString())
        .isEqualTo(sink.toString())
        .contains("https://es2:9200")
        .doesNotContain("secret");
  }

  @Test
  void hasDefaultsThatFitTogether() {
    assertThat(builder().setHosts(new HttpHost("localhost", 9200)).build().toString())
        .contains("maxBatchSizeInBytes=5242880", "maxRecordSizeInBytes=5242880");
  }

  @Test
  void listsEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                builder()
                    .setHosts(new HttpHost("localhost", 9200))
                    .setMaxBatchSize(100)
                    .setMaxBufferedRequests(100)
                    .setMaxBatchSizeInBytes(1_000)
                    .setMaxBufferedBytes(999)
                    .setMaxRecordSizeInBytes(1_001)
                    .setMaxInFlightRequests(0)
                    .setMaxTimeInBufferMS(0)
                    .setMaxUnexplainedAttempts(0)
                    .setBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1))
                    .setFailOnRejections(0, 0)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxBufferedRequests 100 must be greater than maxBatchSize 100")
        .hasMessageContaining("maxBufferedBytes 999 must be at least maxBatchSizeInBytes 1000")
        .hasMessageContaining("maxRecordSizeInBytes 1001 must be at most maxBatchSizeInBytes 1000")
        .hasMessageContaining("maxInFlightRequests 0")
        .hasMessageContaining("maxTimeInBufferMS 0")
        .hasMessageContaining("maxUnexplainedAttempts 0")
        .hasMessageContaining("from PT2S to PT1S")
        .hasMessageContaining("rejectionShare 0.0")
        .hasMessageContaining("rejectionMinimum 0");
  }

  @Test
  void needsConverterAndDeadLetters() {
    assertThatThrownBy(() -> ElasticsearchSink.<LogEvent>builder().build())
        .hasMessageContaining("converter");
    assertThatThrownBy(
            () ->
                ElasticsearchSink.<LogEvent>builder()
                    .setElementConverter(new LogEventConverter())
                    .build())
        .hasMessageContaining("dead letters");
  }

  @Test
  void checksTheConnection() {
    assertThatThrownBy(
            () ->
                new ElasticsearchConnection(
                    List.of(),
                    null,
                    "user",
                    null,
                    "key",
                    Map.of(),
                    "pem",
                    "ab",
                    Duration.ZERO,
                    Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hosts")
        .hasMessageContaining("username and password go together")
        .hasMessageContaining("username and API key exclude each other")
        .hasMessageContaining("CA certificate and certificate fingerprint exclude each other")
        .hasMessageContaining("timeouts");
    assertThatThrownBy(
            () ->
                builder()
                    .setHosts(HttpHost.create("http://es1:9200"))
                    .setCertificateFingerprint("ab".repeat(32))
                    .build())
        .hasMessageContaining("needs https in every host");
    assertThatThrownBy(
            () ->
                builder()
                    .setHosts(HttpHost.create("https://es1:9200"))
                    .setCertificateFingerprint("abc")
                    .build())
        .hasMessageContaining("certificate fingerprint");
    assertThatThrownBy(
            () ->
                builder()
                    .setHosts(HttpHost.create("https://es1:9200"))
                    .setCaCertificate("no certificate")
                    .build())
        .hasMessageContaining("CA certificate");
  }

  @Test
  void readsHostsFromUrls() {
    assertThat(ElasticsearchConnection.to("http://es1:9200/", "https://[::1]").hosts())
        .containsExactly(new HttpHost("es1", 9200), new HttpHost("[::1]", -1, "https"));
    for (String url :
        List.of(
            "",
            "es1:9200",
            "ftp://es1",
            "http://",
            "http://es 1",
            "http://es1/path",
            "http://user:secret@es1",
            "http://es1?a=b")) {
      assertThatThrownBy(() -> ElasticsearchConnection.to(url))
          .as(url)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("host")
          .hasMessageNotContaining("secret");
    }
  }

  private static ElasticsearchSinkBuilder<LogEvent> builder() {
    return ElasticsearchSink.<LogEvent>builder()
        .setElementConverter(new LogEventConverter())
        .setDeadLetters(metrics -> new TestingDeadLetters());
  }
}
