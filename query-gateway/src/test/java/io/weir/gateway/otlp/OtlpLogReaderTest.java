package io.weir.gateway.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.TestingClock;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.ingest.BodyReader;
import io.weir.gateway.ingest.BodyTooLargeException;
import io.weir.gateway.ingest.ContentEncoding;
import io.weir.gateway.ingest.IngestResult;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.LogIntake;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.OutgoingRecord;
import io.weir.gateway.ingest.ProducerIds;
import io.weir.gateway.ingest.TestingPublisher;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogLimits;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Export requests of logs, in both encodings, up to what is put into Kafka. */
class OtlpLogReaderTest {
  private static final long T10 = 1_774_778_400_123_456_789L;

  private final GatewayConfig.Ingest limits =
      TestingConfig.with("ingest.max-events", "100", "ingest.max-inflated-bytes", "2MiB").ingest();
  private final TestingClock clock = new TestingClock("2026-03-29T10:00:10Z");
  private final TestingPublisher publisher = new TestingPublisher();
  private final MemoryBudget budget = new MemoryBudget(64 << 20);

  @Test
  void makesOneEventOfEachRecordWithAllThatItSays() {
    LogRecord record =
        LogRecord.newBuilder()
            .setTimeUnixNano(T10)
            .setObservedTimeUnixNano(T10 + 5)
            .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_WARN2)
            .setSeverityText("Warning!")
            .setBody(text("caf\u00e9 \uD83D\uDE00 \"closed\""))
            .setTraceId(ByteString.copyFrom(new byte[] {1, 2, (byte) 0xab}))
            .setSpanId(ByteString.copyFrom(new byte[] {(byte) 0xff}))
            .setFlags(1)
            .addAttributes(pair("user.id", AnyValue.newBuilder().setIntValue(42).build()))
            .addAttributes(pair("ratio", AnyValue.newBuilder().setDoubleValue(0.5).build()))
            .addAttributes(pair("nan", AnyValue.newBuilder().setDoubleValue(Double.NaN).build()))
            .addAttributes(pair("ok", AnyValue.newBuilder().setBoolValue(true).build()))
            .addAttributes(
                pair(
                    "raw",
                    AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("hi")).build()))
            .addAttributes(
                pair(
                    "list",
                    AnyValue.newBuilder()
                        .setArrayValue(ArrayValue.newBuilder().addValues(text("a")))
                        .build()))
            .addAttributes(pair("none", AnyValue.getDefaultInstance()))
            .build();
    byte[] body = request(resource("payments"), record).toByteArray();
    IngestResult result = protobuf(body);
    assertThat(result).isEqualTo(new IngestResult(1, List.of(), Map.of(), Map.of()));
    OutgoingRecord outgoing = publisher.published().get(0);
    assertThat(outgoing.key()).isEqualTo("payments");
    LogEvent event = parsed(outgoing);
    assertThat(event.service()).isEqualTo("payments");
    assertThat(event.host()).isEqualTo("web-1");
    assertThat(event.region()).isEqualTo("eu-1");
    assertThat(event.level()).isEqualTo(LogLevel.WARN);
    assertThat(event.message()).isEqualTo("caf\u00e9 \uD83D\uDE00 \"closed\"");
    assertThat(event.timestampNanos()).isEqualTo(T10);
    assertThat(event.fields())
        .contains("\"user.id\":42", "\"ratio\":0.5", "\"nan\":\"NaN\"", "\"ok\":true")
        .contains("\"raw\":\"aGk=\"", "\"list\":[\"a\"]", "\"none\":null")
        .contains("\"trace_id\":\"0102ab\"", "\"span_id\":\"ff\"", "\"trace_flags\":1")
        .contains(
            "\"severityText\":\"Warning!\"", "\"scope\":{\"name\":\"shop\",\"version\":\"1\"}")
        .contains("\"process.pid\":7");
  }

  @Test
  void readsTheSameOutOfJson() {
    String json =
        """
        {"resourceLogs":[{"scopeLogs":[{"scope":{"name":"shop"},"futureMember":[{"a":1}],"logRecords":[
          {"timeUnixNano":"1774778400123456789","severityNumber":17,"severityText":null,
           "body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"-7"}}]}},
           "traceId":"0102AB","span_id":"ff","unknown":{"deep":[1,2]},
           "attributes":[{"key":"half","value":{"stringValue":"\\ud800!"}},
                         {"key":"raw","value":{"bytesValue":"aGk="}}]}]}],
          "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"caf\u00e9"}}]}}]}
        """;
    assertThat(json(json).accepted()).isOne();
    LogEvent event = parsed(publisher.published().get(0));
    assertThat(event.service()).as("although it stands behind the records").isEqualTo("caf\u00e9");
    assertThat(event.level()).isEqualTo(LogLevel.ERROR);
    assertThat(event.message()).isEqualTo("{\"a\":-7}");
    assertThat(event.timestampNanos()).isEqualTo(T10);
    assertThat(event.fields())
        .contains("\"trace_id\":\"0102ab\"", "\"half\":\"\uFFFD!\"", "\"raw\":\"aGk=\"");
  }

  @Test
  void givesARepeatedRequestTheSameIdsButNotRecordsWithoutATime() {
    byte[] timed = request(resource("a"), record("one", T10), record("two", T10)).toByteArray();
    protobuf(timed);
    protobuf(timed);
    List<String> ids = ids();
    assertThat(ids.subList(0, 2)).doesNotHaveDuplicates().isEqualTo(ids.subList(2, 4));
    ingest(OtlpLogReader.protobuf(intake(), ids(clock), limits), timed, client("key:other"));
    assertThat(ids().subList(4, 6))
        .as("the same bytes by somebody else")
        .doesNotContainAnyElementsOf(ids);
    byte[] timeless = request(resource("a"), record("one", 0)).toByteArray();
    protobuf(timeless);
    protobuf(timeless);
    assertThat(ids().subList(6, 8)).doesNotHaveDuplicates();
    LogRecord named =
        record("x", T10).toBuilder().addAttributes(pair("log.record.uid", text("mine"))).build();
    protobuf(request(resource("a"), named).toByteArray());
    assertThat(ids().get(8)).isEqualTo("mine");
  }

  @Test
  void anEventWithoutABodyIsItsName() {
    LogRecord named = LogRecord.newBuilder().setTimeUnixNano(T10).setEventName("cart.paid").build();
    protobuf(request(resource("a"), named).toByteArray());
    assertThat(parsed(publisher.published().get(0)).message()).isEqualTo("cart.paid");
  }

  @Test
  void aBadRecordCostsItself() {
    AnyValue nested = text("x");
    for (int i = 0; i < 25; i++) {
      nested =
          AnyValue.newBuilder()
              .setKvlistValue(KeyValueList.newBuilder().addValues(pair("k", nested)))
              .build();
    }
    LogRecord deep = record("deep", T10).toBuilder().addAttributes(pair("d", nested)).build();
    LogRecord long_ = record("x".repeat(1_100_000), T10);
    LogRecord empty = LogRecord.newBuilder().setTimeUnixNano(T10).build();
    IngestResult result =
        protobuf(
            request(resource("a"), record("first", T10), deep, long_, empty, record("last", T10))
                .toByteArray());
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejected().stream().map(IngestResult.Rejection::index))
        .containsExactly(1, 2, 3);
    assertThat(result.rejected().stream().map(IngestResult.Rejection::reason))
        .containsExactly("fields_too_deep", "invalid_record", "missing_message");
    IngestResult nobody =
        protobuf(request(Resource.getDefaultInstance(), record("x", T10)).toByteArray());
    assertThat(nobody.rejected().get(0).reason()).isEqualTo("missing_service");
  }

  @Test
  void aRecordOfTheWrongTypesCostsItselfInJsonToo() {
    String good = "{\"body\":{\"stringValue\":\"ok\"}}";
    List<String> bad =
        List.of(
            "5",
            "{\"body\":\"text\"}",
            "{\"body\":{\"stringValue\":7}}",
            "{\"timeUnixNano\":\"soon\"}",
            "{\"timeUnixNano\":99999999999999999999999}",
            "{\"traceId\":\"xyz\"}",
            "{\"attributes\":{\"a\":1}}",
            "{\"severityNumber\":\"LOUD\"}",
            "{\"attributes\":[{\"key\":\"a\",\"value\":{\"bytesValue\":\"?\"}}]}",
            "{\"attributes\":[{\"key\":\"a\",\"value\":{\"boolValue\":1}}]}");
    IngestResult result =
        json(
            "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
                + "{\"stringValue\":\"a\"}}]},\"scopeLogs\":[{\"logRecords\":["
                + good
                + ","
                + String.join(",", bad)
                + ","
                + good
                + "]}]}]}");
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejected()).hasSize(bad.size());
    assertThat(result.rejected())
        .allMatch(rejection -> rejection.reason().equals("invalid_record"));
    assertThat(result.rejected().get(2).detail()).isEqualTo("/body/stringValue is not a string");
  }

  @Test
  void aRequestThatCannotBeCutIsRefusedWithTheReason() {
    byte[] body = request(resource("a"), record("one", T10)).toByteArray();
    for (int length : List.of(1, 3, body.length / 2, body.length - 1)) {
      assertThatThrownBy(() -> protobuf(Arrays.copyOf(body, length)))
          .as("%d bytes", length)
          .hasMessageContaining("ExportLogsServiceRequest");
    }
    for (String text :
        List.of(
            "",
            "[]",
            "{\"resourceLogs\":{}}",
            "{\"resourceLogs\":[5]}",
            "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{]}]}]}",
            "{} {}",
            "{\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}")) {
      assertThatThrownBy(() -> json(text))
          .as(text)
          .cause()
          .isInstanceOf(InvalidRequestException.class);
    }
    // A wire type that the field has not.
    assertThatThrownBy(() -> protobuf(new byte[] {0x08, 0x01}))
        .hasMessageContaining("has wire type 0");
    assertThat(publisher.published()).isEmpty();
  }

  @Test
  void nestingIsBounded() {
    String deep = "{\"arrayValue\":{\"values\":[".repeat(200) + "]}}".repeat(200);
    IngestResult result =
        json("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":" + deep + "}]}]}]}");
    assertThat(result.rejected().get(0).detail()).contains("nested more than 100 deep");
  }

  @Test
  void whatUnfoldsInMemoryIsBounded() {
    assertThatThrownBy(() -> protobuf(repeated(new byte[] {0x0a, 0x00}, 500_000)))
        .as("empty resources")
        .cause()
        .isInstanceOf(BodyTooLargeException.class);
    LogRecord[] many = new LogRecord[101];
    Arrays.fill(many, record("x", T10));
    assertThatThrownBy(() -> protobuf(request(resource("a"), many).toByteArray()))
        .cause()
        .isInstanceOf(BodyTooLargeException.class)
        .hasMessageContaining("more than 100 records");
    LogRecord[] some = new LogRecord[50];
    Arrays.fill(some, record("x", T10));
    Resource large =
        resource("a").toBuilder().addAttributes(pair("big", text("y".repeat(100_000)))).build();
    assertThatThrownBy(() -> protobuf(request(large, some).toByteArray()))
        .as("a resource that stands in each event")
        .cause()
        .isInstanceOf(BodyTooLargeException.class);
    assertThat(publisher.published()).isEmpty();
    assertThat(budget.used()).isZero();
  }

  @Test
  void anythingThatIsNoRequestIsRefusedAndNothingElse() {
    byte[] valid = request(resource("a"), record("one", T10)).toByteArray();
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] hostile = valid.clone();
      for (int j = 0; j <= random.nextInt(4); j++) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt(256);
      }
      try {
        protobuf(hostile);
      } catch (CompletionException e) {
        assertThat(e.getCause())
            .isInstanceOfAny(InvalidRequestException.class, BodyTooLargeException.class);
      }
    }
    assertThat(budget.used()).isZero();
  }

  private IngestResult protobuf(byte[] body) {
    return ingest(OtlpLogReader.protobuf(intake(), ids(clock), limits), body);
  }

  private IngestResult json(String body) {
    return ingest(OtlpLogReader.json(intake(), ids(clock), limits), body.getBytes(UTF_8));
  }

  private static Caller client(String id) {
    return new Caller(id, "a client", Set.of(), ServiceAccess.ALL, CallerLimits.NONE);
  }

  private IngestResult ingest(BodyReader reader, byte[] body) {
    return ingest(reader, body, Caller.ANYONE);
  }

  private IngestResult ingest(BodyReader reader, byte[] body, Caller caller) {
    MemoryBudget.Reservation reservation = budget.reserve();
    reservation.grow(body.length);
    return new IngestService(publisher, reader, budget, limits)
        .ingest(body, ContentEncoding.IDENTITY, Optional.empty(), caller, reservation)
        .join();
  }

  private LogIntake intake() {
    return new LogIntake(() -> new JsonLogParser(LogLimits.DEFAULT), limits, clock);
  }

  private final Random random = new Random(1);

  private ProducerIds ids(TestingClock at) {
    return new ProducerIds(at, random::nextLong);
  }

  private List<String> ids() {
    return publisher.published().stream().map(record -> parsed(record).producerId()).toList();
  }

  private static LogEvent parsed(OutgoingRecord record) {
    LogEvent event =
        new JsonLogParser(LogLimits.DEFAULT)
            .parse(record.value(), new RecordOrigin("logs", "abcde", 0, 0, T10 / 1_000_000))
            .event();
    assertThat(event).as(new String(record.value(), UTF_8)).isNotNull();
    return event;
  }

  private static byte[] repeated(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  private static LogRecord record(String message, long nanos) {
    return LogRecord.newBuilder().setTimeUnixNano(nanos).setBody(text(message)).build();
  }

  private static Resource resource(String service) {
    return Resource.newBuilder()
        .addAttributes(pair("service.name", text(service)))
        .addAttributes(pair("host.name", text("web-1")))
        .addAttributes(pair("cloud.region", text("eu-1")))
        .addAttributes(pair("process.pid", AnyValue.newBuilder().setIntValue(7).build()))
        .build();
  }

  private static ExportLogsServiceRequest request(Resource resource, LogRecord... records) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(resource)
                .addScopeLogs(
                    ScopeLogs.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName("shop").setVersion("1"))
                        .addAllLogRecords(Arrays.asList(records))))
        .build();
  }

  private static KeyValue pair(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }
}
