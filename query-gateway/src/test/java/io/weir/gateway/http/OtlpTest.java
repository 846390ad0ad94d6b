package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.CodedInputStream;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.TestingKeys;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.PublishException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OTLP over real HTTP: encodings, answers, errors. */
class OtlpTest {
  private static final String PROTOBUF = "application/x-protobuf";

  private final TestingGateway gateway =
      new TestingGateway(
          "ingest.max-body-bytes", "64KiB",
          "ingest.max-inflated-bytes", "256KiB",
          "ingest.max-in-flight-bytes", "1MiB");
  private final HttpTester http = new HttpTester(gateway);

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void answersInTheEncodingOfTheRequest() throws Exception {
    HttpResponse<byte[]> all = post(logs("a", record("x")), PROTOBUF, null);
    assertThat(all.statusCode()).isEqualTo(200);
    assertThat(all.headers().firstValue("Content-Type")).contains(PROTOBUF);
    assertThat(all.body()).isEmpty();
    HttpResponse<byte[]> some =
        post(logs("a", record("x"), LogRecord.getDefaultInstance()), PROTOBUF, null);
    ExportLogsServiceResponse partial = ExportLogsServiceResponse.parseFrom(some.body());
    assertThat(partial.getPartialSuccess().getRejectedLogRecords()).isOne();
    assertThat(partial.getPartialSuccess().getErrorMessage())
        .startsWith("rejected, the first at index 1: missing_message: ");
    assertThat(gateway.publisher.published()).hasSize(2);
    HttpResponse<String> json = http.post("v1/logs", "{\"resourceLogs\":[]}");
    assertThat(json.statusCode()).isEqualTo(200);
    assertThat(json.body()).isEqualTo("{}");
    assertThat(http.get("metrics").body())
        .contains("weir_ingest_events_total{outcome=\"accepted\"} 2.0")
        .contains("weir_ingest_rejected_events_total{reason=\"missing_message\"} 1.0");
  }

  @Test
  void takesGzipAndZstd() throws Exception {
    byte[] body = logs("a", record("x"));
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(body);
    }
    assertThat(post(zipped.toByteArray(), PROTOBUF, "gzip").statusCode()).isEqualTo(200);
    assertThat(post(Zstd.compress(body), PROTOBUF, "zstd").statusCode()).isEqualTo(200);
    assertThat(gateway.publisher.published()).hasSize(2);
    HttpResponse<byte[]> broken = post(body, PROTOBUF, "gzip");
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(status(broken)).startsWith("3 body: is not gzip");
    assertThat(status(post(body, PROTOBUF, "br"))).startsWith("3 Content-Encoding must be");
    assertThat(post(Zstd.compress(new byte[1 << 20]), PROTOBUF, "zstd").statusCode())
        .isEqualTo(413);
  }

  @Test
  void saysWhatIsWrongAsAStatus() throws Exception {
    byte[] body = logs("a", record("x"));
    HttpResponse<byte[]> cut = post(Arrays.copyOf(body, body.length - 1), PROTOBUF, null);
    assertThat(cut.statusCode()).isEqualTo(400);
    assertThat(status(cut)).startsWith("3 body: is no ExportLogsServiceRequest of OTLP: ");
    HttpResponse<byte[]> none = post(logs("", record("x")), PROTOBUF, null);
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(status(none))
        .startsWith("3 all were rejected, the first at index 0: missing_service");
    assertThat(post(new byte[65 * 1024], PROTOBUF, null).statusCode()).isEqualTo(413);
    HttpResponse<String> json = http.post("v1/logs", "{\"resourceLogs\":7}");
    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(HttpTester.json(json).path("message").asText())
        .isEqualTo("body: is no ExportLogsServiceRequest of OTLP: /resourceLogs is not an array");
    assertThat(post(body, "text/plain", null).statusCode()).isEqualTo(415);
    assertThat(gateway.publisher.published()).isEmpty();
    assertThat(gateway.budget.used()).isZero();
  }

  @Test
  void asksExportersToComeAgain() throws Exception {
    byte[] body = logs("a", record("x"));
    gateway.publisher.fail(new PublishException("Kafka is away", 0, null));
    HttpResponse<byte[]> away = post(body, PROTOBUF, null);
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.headers().firstValue("Retry-After")).contains("2");
    assertThat(status(away)).isEqualTo("14 Kafka is away");
    gateway.publisher.fail(null);
    try (MemoryBudget.Reservation held = gateway.budget.reserve()) {
      held.grow(1 << 20);
      HttpResponse<byte[]> busy = post(body, PROTOBUF, null);
      assertThat(busy.statusCode()).isEqualTo(503);
      assertThat(busy.headers().firstValue("Retry-After")).contains("2");
    }
    assertThat(post(body, PROTOBUF, null).statusCode()).isEqualTo(200);
  }

  @Test
  void shedsDebugUnderLoadAndSaysSo() throws Exception {
    byte[] body =
        logs(
            "a",
            record("d").toBuilder().setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_DEBUG).build(),
            record("e").toBuilder()
                .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR)
                .build());
    try (MemoryBudget.Reservation held = gateway.budget.reserve()) {
      held.grow(900_000);
      ExportLogsServiceResponse answer =
          ExportLogsServiceResponse.parseFrom(post(body, PROTOBUF, null).body());
      assertThat(answer.getPartialSuccess().getRejectedLogRecords()).isOne();
      assertThat(answer.getPartialSuccess().getErrorMessage()).isEqualTo("1 DEBUG shed under load");
    }
    assertThat(gateway.publisher.published()).hasSize(1);
  }

  @Test
  void refusesInTheSameShapeWhoMayNotAndWhatIsNotServed(@TempDir Path folder) throws Exception {
    byte[] body = logs("a", record("x"));
    TestingKeys keys = new TestingKeys(folder);
    String reader = keys.add(Scope.READ);
    try (TestingGateway guarded =
        new TestingGateway("auth.keys-file", keys.file().path().toString())) {
      HttpResponse<byte[]> unknown = post(guarded, body, PROTOBUF);
      assertThat(unknown.statusCode()).isEqualTo(401);
      assertThat(unknown.headers().firstValue("WWW-Authenticate")).isPresent();
      assertThat(unknown.headers().firstValue("Content-Type")).contains(PROTOBUF);
      assertThat(status(unknown)).startsWith("16 ");
      HttpResponse<byte[]> forbidden =
          post(guarded, body, PROTOBUF, "Authorization", "Bearer " + reader);
      assertThat(forbidden.statusCode()).isEqualTo(403);
      assertThat(status(forbidden)).startsWith("7 this needs the scope 'ingest'");
      HttpResponse<String> json = new HttpTester(guarded, reader).post("v1/logs", "{}");
      assertThat(json.statusCode()).isEqualTo(403);
      assertThat(json.body()).startsWith("{\"code\":7,\"message\":\"this needs");
    }
    try (TestingGateway other = new TestingGateway("roles", "search")) {
      HttpResponse<byte[]> off = post(other, body, PROTOBUF);
      assertThat(off.statusCode()).isEqualTo(404);
      assertThat(status(off)).startsWith("12 this gateway runs without the role 'ingest'");
    }
  }

  private static String status(HttpResponse<byte[]> response) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(response.body());
    in.readTag();
    int code = in.readInt32();
    in.readTag();
    return code + " " + in.readString();
  }

  private HttpResponse<byte[]> post(byte[] body, String type, String encoding) throws Exception {
    return encoding == null
        ? post(gateway, body, type)
        : post(gateway, body, type, "Content-Encoding", encoding);
  }

  private static HttpResponse<byte[]> post(
      TestingGateway to, byte[] body, String type, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to.uri().resolve("v1/logs"))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static LogRecord record(String message) {
    return LogRecord.newBuilder()
        .setTimeUnixNano(1_774_778_400_000_000_000L)
        .setBody(AnyValue.newBuilder().setStringValue(message))
        .build();
  }

  private static byte[] logs(String service, LogRecord... records) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(
                            KeyValue.newBuilder()
                                .setKey("service.name")
                                .setValue(AnyValue.newBuilder().setStringValue(service))))
                .addScopeLogs(ScopeLogs.newBuilder().addAllLogRecords(Arrays.asList(records))))
        .build()
        .toByteArray();
  }
}
