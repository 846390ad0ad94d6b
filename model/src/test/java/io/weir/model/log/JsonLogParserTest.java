package io.weir.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.kafka.RecordOrigin;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonLogParserTest {
  private static final long APPEND_MILLIS = 1_774_778_460_000L; // 2026-03-29T10:01Z
  private static final RecordOrigin ORIGIN =
      new RecordOrigin("logs", "0a1b2", 3, 42, APPEND_MILLIS);

  private final JsonLogParser parser = new JsonLogParser(LogLimits.DEFAULT);

  @Test
  void readsThePlainShape() {
    LogEvent event =
        event(
            """
            {"timestamp":"2026-03-29T10:00:00.123456789Z","service":"payments","host":"web-1",
             "region":"eu-central-1","level":"ERROR","message":"connection refused",
             "fields":{"user_id": 42, "nested":{"a":[1,2]}},"id":"p-1"}
            """);

    assertThat(event)
        .isEqualTo(
            new LogEvent(
                1_774_778_400_123_456_789L,
                "payments",
                "web-1",
                "eu-central-1",
                LogLevel.ERROR,
                "connection refused",
                "{\"user_id\": 42, \"nested\":{\"a\":[1,2]}}",
                "p-1",
                null,
                0,
                "logs",
                "0a1b2",
                3,
                42,
                APPEND_MILLIS));
  }

  @Test
  void readsOtlp() {
    LogEvent event =
        event(
            """
            {"timeUnixNano":"1774778400123456789","observedTimeUnixNano":"1774778401000000000",
             "severityNumber":17,"severityText":"Error","body":{"stringValue":"refused"},
             "attributes":[{"key":"user_id","value":{"intValue":"42"}},
               {"key":"list","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":1.5}]}}},
               {"key":"map","value":{"kvlistValue":{"values":[{"key":"a","value":{"stringValue":"b"}}]}}}],
             "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"payments"}},
               {"key":"host.name","value":{"stringValue":"web-1"}},
               {"key":"cloud.region","value":{"stringValue":"eu"}}]},
             "traceId":"abc"}
            """);

    assertThat(event.service()).isEqualTo("payments");
    assertThat(event.host()).isEqualTo("web-1");
    assertThat(event.region()).isEqualTo("eu");
    assertThat(event.level()).isEqualTo(LogLevel.ERROR);
    assertThat(event.message()).isEqualTo("refused");
    assertThat(event.timestampNanos()).isEqualTo(1_774_778_400_123_456_789L);
    assertThat(event.flags()).isZero();
    assertThat(event.fields())
        .isEqualTo(
            "{\"user_id\":42,\"list\":[true,1.5],\"map\":{\"a\":\"b\"},"
                + "\"observedTimeUnixNano\":\"1774778401000000000\",\"severityNumber\":17,"
                + "\"resource\":{\"attributes\":{\"service.name\":\"payments\","
                + "\"host.name\":\"web-1\",\"cloud.region\":\"eu\"}},\"traceId\":\"abc\"}");
  }

  private LogEvent event(String json) {
    ParsedLog parsed = parser.parse(json.getBytes(StandardCharsets.UTF_8), ORIGIN);
    assertThat(parsed.deadLetter()).isNull();
    return parsed.event();
  }
}
