package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.model.json.MetricPointJson;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogLimits;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** OpenTelemetry's SDK as the agent, the shipped gateway, a real Kafka. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtlpITCase {
  private KafkaTopic logs;
  private KafkaTopic points;
  private GatewayProcess gateway;

  @BeforeAll
  void start(SharedNodes nodes, KafkaBroker kafka) {
    logs = new KafkaTopic(kafka, "otlp-logs").create(2);
    points = new KafkaTopic(kafka, "otlp-points").create(2);
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-otlp")
            .option("roles", "ingest")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", logs.name())
            .option("kafka.metrics-topic", points.name())
            .build();
    gateway.start();
    gateway.awaitReady();
  }

  @AfterAll
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  @Test
  void everyRecordOfAnSdkIsAnEvent() throws Exception {
    int count = 3_000;
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .setResource(resource("sdk-logs"))
            .addLogRecordProcessor(
                BatchLogRecordProcessor.builder(
                        OtlpHttpLogRecordExporter.builder()
                            .setEndpoint(endpoint("v1/logs"))
                            .setCompression("gzip")
                            .build())
                    .setMaxQueueSize(count)
                    .build())
            .build()) {
      Logger logger = provider.get("shop");
      for (int i = 0; i < count; i++) {
        logger
            .logRecordBuilder()
            .setSeverity(i % 3 == 0 ? Severity.ERROR2 : Severity.DEBUG)
            .setSeverityText("said " + i)
            .setBody("message " + i)
            .setAttribute(AttributeKey.longKey("user.id"), (long) i)
            .emit();
      }
      // What is not valid does not hinder what is, which is under way at the same time.
      hostileInputIsRefusedWithTheReason();
      succeeds(provider.forceFlush());
    }
    List<LogEvent> events = events("sdk-logs");
    assertThat(events).hasSize(count);
    assertThat(events.stream().map(LogEvent::message)).doesNotHaveDuplicates();
    assertThat(events.stream().map(LogEvent::producerId)).doesNotHaveDuplicates();
    assertThat(events.stream().filter(event -> event.level() == LogLevel.ERROR)).hasSize(1_000);
    LogEvent event = events.get(0);
    assertThat(event.host()).isEqualTo("web-1");
    assertThat(event.flags()).as("time and level were understood").isZero();
    assertThat(event.fields()).contains("\"user.id\":", "\"scope\":{\"name\":\"shop\"}");
  }

  private void hostileInputIsRefusedWithTheReason() throws Exception {
    refused("{\"resourceLogs\":[{\"scopeLogs\":5}]}", "/scopeLogs is not an array");
    refused("{\"resourceLogs\":", "is not JSON");
    refused("[".repeat(100_000), "is not a JSON object");
    refused("{\"x\":" + "[".repeat(100_000), "nesting depth");
    String record = "{\"body\":" + "{\"arrayValue\":{\"values\":[".repeat(150) + "]}}".repeat(150);
    refused(
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + record + "}]}]}]}",
        "nested more than 100 deep");
    byte[] truncated = {0x0a, 0x7f, 0x0a};
    HttpResponse<String> answer = post("v1/logs", "application/x-protobuf", truncated);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("is no ExportLogsServiceRequest of OTLP");
    assertThat(post("v1/logs", "application/json", new byte[9 << 20]).statusCode()).isEqualTo(413);
    assertThat(post("v1/metrics", "application/json", "7".getBytes(UTF_8)).statusCode())
        .isEqualTo(400);
  }

  private void refused(String json, String reason) throws Exception {
    HttpResponse<String> answer = post("v1/logs", "application/json", json.getBytes(UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":3", reason);
  }

  @Test
  void jsonIsTakenUpToItsBadRecords() throws Exception {
    String resource =
        "\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"by-hand\"}}]}";
    HttpResponse<String> answer =
        post(
            "v1/logs",
            "application/json",
            ("{\"resourceLogs\":[{"
                    + resource
                    + ",\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"good\"}},"
                    + "{\"body\":\"bad\"}]}]}]}")
                .getBytes(UTF_8));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\"rejected, the"
                + " first at index 1: invalid_record: /body is not an object\"}}");
    assertThat(events("by-hand")).extracting(LogEvent::message).containsExactly("good");
  }

  @Test
  void everyInstrumentOfAnSdkIsMeasured() {
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .setResource(resource("sdk-metrics"))
            .registerMetricReader(
                PeriodicMetricReader.builder(
                        OtlpHttpMetricExporter.builder()
                            .setEndpoint(endpoint("v1/metrics"))
                            .build())
                    .setInterval(Duration.ofHours(1))
                    .build())
            .build()) {
      var meter = provider.get("shop");
      Attributes paid = Attributes.of(AttributeKey.stringKey("state"), "paid");
      meter.counterBuilder("orders").setUnit("{order}").build().add(3, paid);
      meter.upDownCounterBuilder("carts").build().add(-2);
      meter
          .gaugeBuilder("room.temperature")
          .setUnit("Cel")
          .buildWithCallback(measurement -> measurement.record(21.5));
      meter.histogramBuilder("http.server.request.duration").setUnit("s").build().record(0.03);
      succeeds(provider.forceFlush());
    }
    List<String> measured = new ArrayList<>();
    points.read(
        record -> {
          MetricPoint point = MetricPointJson.decode(record.value());
          if ("sdk-metrics".equals(point.tags().get("service"))) {
            assertThat(new String(record.key(), UTF_8)).isEqualTo(point.metric());
            String le = point.tags().getOrDefault("le", "");
            measured.add(point.metric() + le + " " + point.value() + " " + point.type());
          }
        });
    assertThat(measured)
        .contains(
            "orders_total 3.0 " + MetricType.COUNTER,
            "carts -2.0 " + MetricType.GAUGE,
            "room_temperature_celsius 21.5 " + MetricType.GAUGE,
            "http_server_request_duration_seconds_bucket+Inf 1.0 " + MetricType.COUNTER,
            "http_server_request_duration_seconds_count 1.0 " + MetricType.COUNTER,
            "http_server_request_duration_seconds_sum 0.03 " + MetricType.COUNTER,
            "target_info 1.0 " + MetricType.GAUGE);
  }

  private static void succeeds(CompletableResultCode result) {
    assertThat(result.join(60, TimeUnit.SECONDS).isSuccess()).isTrue();
  }

  private static Resource resource(String service) {
    return Resource.getDefault().toBuilder()
        .put("service.name", service)
        .put("host.name", "web-1")
        .build();
  }

  private List<LogEvent> events(String service) {
    List<LogEvent> events = new ArrayList<>();
    logs.read(
        record -> {
          LogEvent event =
              new JsonLogParser(LogLimits.DEFAULT)
                  .parse(
                      record.value(),
                      new RecordOrigin(
                          logs.name(),
                          "abcde",
                          record.partition(),
                          record.offset(),
                          record.timestamp()))
                  .event();
          if (event.service().equals(service)) {
            events.add(event);
          }
        });
    return events;
  }

  private String endpoint(String path) {
    return gateway.uri().resolve(path).toString();
  }

  private HttpResponse<String> post(String path, String type, byte[] body)
      throws IOException, InterruptedException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(
            HttpRequest.newBuilder(gateway.uri().resolve(path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
