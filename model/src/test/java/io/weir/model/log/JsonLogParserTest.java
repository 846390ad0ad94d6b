package io.weir.model.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLogParserTest {
  private static final long APPEND_MILLIS = 1_774_778_460_000L; // 2026-03-29T10:01Z
  private static final RecordOrigin ORIGIN =
      new RecordOrigin("logs", "0a1b2", 3, 42, APPEND_MILLIS);
  private static final String TIME = "\"timestamp\":\"2026-03-29T10:00Z\"";

  private final JsonLogParser parser = new JsonLogParser(LogLimits.DEFAULT);

  // ---- shapes ----

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
  void readsFluentBitOnKubernetes() {
    LogEvent event =
        event(
            """
            {"date":1774778400.123456,"time":"2026-03-29T10:00:00.5Z","stream":"stderr","_p":"F",
             "log":"level=warn msg=\\"slow\\"\\n",
             "kubernetes":{"pod_name":"pay-1","namespace_name":"prod","container_name":"main",
               "labels":{"app":"payments"},"host":"node-7"}}
            """);

    assertThat(event.timestampNanos()).isEqualTo(1_774_778_400_500_000_000L);
    assertThat(event.service()).isEqualTo("payments");
    assertThat(event.host()).isEqualTo("node-7");
    assertThat(event.level()).isEqualTo(LogLevel.WARN);
    assertThat(event.has(LogFlags.LEVEL_INFERRED)).isTrue();
    assertThat(event.message()).isEqualTo("level=warn msg=\"slow\"");
    assertThat(event.fields())
        .isEqualTo(
            """
            {"date":1774778400.123456,"stream":"stderr","_p":"F",\
            "kubernetes":{"pod_name":"pay-1","namespace_name":"prod","container_name":"main",
               "labels":{"app":"payments"},"host":"node-7"}}\
            """);
  }

  @Test
  void readsAnEpochDoubleExactly() {
    assertThat(event("{\"date\":1774778400.123456,\"app\":\"a\",\"log\":\"x\"}").timestampNanos())
        .isEqualTo(1_774_778_400_123_456_000L);
  }

  @Test
  void readsOtlp() {
    LogEvent event =
        event(
            """
            {"timeUnixNano":"1774778400123456789","observedTimeUnixNano":"1774778401000000000",
             "severityNumber":17,"severityText":"Error","body":{"stringValue":"refused"},
             "attributes":[{"key":"user_id","value":{"intValue":"42"}},
               {"key":"list","value":{"arrayValue":
                  {"values":[{"boolValue":true},{"doubleValue":1.5}]}}},
               {"key":"map","value":{"kvlistValue":
                  {"values":[{"key":"a","value":{"stringValue":"b"}}]}}}],
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

  @Test
  void readsOtlpWithoutTimeByTheTimeOfObservation() {
    LogEvent event =
        event(
            """
            {"timeUnixNano":"0","observedTimeUnixNano":"1774778400000000000","severityNumber":9,
             "body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}},
             "attributes":{"service.name":"payments","k":"v"}}
            """);

    assertThat(event.timestampNanos()).isEqualTo(1_774_778_400_000_000_000L);
    assertThat(event.level()).isEqualTo(LogLevel.INFO);
    assertThat(event.message()).isEqualTo("{\"a\":1}");
    assertThat(event.fields()).isEqualTo("{\"service.name\":\"payments\",\"k\":\"v\"}");
    assertThat(event.flags()).isZero();
  }

  @Test
  void readsOtlpAsTheCollectorWritesItForElasticsearch() {
    LogEvent event =
        event(
            """
            {"@timestamp":"2026-03-29T10:00:00Z","severity_text":"WARN","severity_number":13,
             "body":{"text":"slow"},"attributes":{"a":1},
             "resource":{"attributes":{"service.name":"payments","host.name":"web-1"}}}
            """);

    assertThat(event.service()).isEqualTo("payments");
    assertThat(event.host()).isEqualTo("web-1");
    assertThat(event.level()).isEqualTo(LogLevel.WARN);
    assertThat(event.message()).isEqualTo("slow");
    assertThat(event.fields()).startsWith("{\"a\":1,\"severity_number\":13,\"resource\":");
  }

  @Test
  void readsEcsWithDottedAndWithNestedKeys() {
    LogEvent dotted =
        event(
            """
            {"@timestamp":"2026-03-29T10:00:00.000Z","log.level":"WARN","message":"slow",
             "ecs.version":"1.2.0","service.name":"payments","host.name":"web-1",
             "cloud.region":"eu"}
            """);
    LogEvent nested =
        event(
            """
            {"@timestamp":"2026-03-29T10:00:00.000Z","log":{"level":"WARN"},"message":"slow",
             "ecs":{"version":"1.2.0"},"service":{"name":"payments"},"host":{"name":"web-1"},
             "cloud":{"region":"eu"}}
            """);

    for (LogEvent event : new LogEvent[] {dotted, nested}) {
      assertThat(event.timestampNanos()).isEqualTo(1_774_778_400_000_000_000L);
      assertThat(event.service()).isEqualTo("payments");
      assertThat(event.host()).isEqualTo("web-1");
      assertThat(event.region()).isEqualTo("eu");
      assertThat(event.level()).isEqualTo(LogLevel.WARN);
      assertThat(event.message()).isEqualTo("slow");
    }
    assertThat(dotted.fields()).isEqualTo("{\"ecs.version\":\"1.2.0\"}");
    assertThat(nested.fields())
        .isEqualTo(
            "{\"log\":{\"level\":\"WARN\"},\"ecs\":{\"version\":\"1.2.0\"},"
                + "\"service\":{\"name\":\"payments\"},\"host\":{\"name\":\"web-1\"},"
                + "\"cloud\":{\"region\":\"eu\"}}");
  }

  @Test
  void readsSyslogAndJournalSeverities() {
    assertThat(level("\"severity\":\"err\"")).isEqualTo(LogLevel.ERROR);
    assertThat(level("\"severity\":3")).isEqualTo(LogLevel.ERROR);
    assertThat(level("\"severity\":\"4\"")).isEqualTo(LogLevel.WARN);
    assertThat(level("\"PRIORITY\":\"7\"")).isEqualTo(LogLevel.DEBUG);
    assertThat(level("\"syslog_severity\":0")).isEqualTo(LogLevel.FATAL);
    assertThat(level("\"log\":{\"syslog\":{\"severity\":{\"code\":5}}}")).isEqualTo(LogLevel.INFO);
    assertThat(level("\"syslogseverity-text\":\"err\"")).isEqualTo(LogLevel.ERROR);
    assertThat(level("\"syslogseverity-text\":\"notice\"")).isEqualTo(LogLevel.INFO);
  }

  @ParameterizedTest
  @CsvSource({"11, ERROR", "0, FATAL", "14, INFO", "28, WARN", "191, DEBUG", "7, DEBUG"})
  void readsTheSeverityOutOfASyslogPriority(String priority, LogLevel expected) {
    assertThat(level("\"pri\":\"" + priority + "\"")).isEqualTo(expected);
    assertThat(level("\"pri\":" + priority)).isEqualTo(expected);
  }

  @Test
  void readsAnRfc5424LineAsFluentBitsParserGivesIt() {
    LogEvent event =
        event(
            "{\"date\":1774778400.25,\"pri\":\"11\",\"host\":\"web-1\",\"ident\":\"payments\","
                + "\"pid\":\"77\",\"message\":\"the bank declined\"}");

    assertThat(event.level()).isEqualTo(LogLevel.ERROR);
    assertThat(event.service()).isEqualTo("payments");
    assertThat(event.flags()).isZero();
    assertThat(event.fields()).isEqualTo("{\"pid\":\"77\"}");
  }

  @Test
  void saysThatAnOtlpBatchInProtobufIsOne() {
    // resource_logs { resource { attributes { key: "service.name" ... } } scope_logs { ... } }
    byte[] batch = {
      0x0a, 0x12, 0x0a, 0x08, 0x0a, 0x06, 0x0a, 0x01, 'k', 0x12, 0x01, 'v', 0x12, 0x06, 0x12, 0x04,
      0x2a, 0x02, 0x0a, 0x00
    };
    byte[] noBatch = "\n\n\n{\"service\":\"s\",\"message\":\"m\"}".getBytes(StandardCharsets.UTF_8);

    DeadLetter letter = letter(batch);

    assertThat(letter.reason()).isEqualTo("otlp_batch");
    assertThat(letter.detail()).contains("protobuf").contains("POST /v1/logs");
    assertThat(letter.payload()).isEqualTo(batch);
    assertThat(letter("\n\n\n\n".getBytes(StandardCharsets.UTF_8)).reason())
        .isEqualTo("empty_record");
    assertThat(letter("\nno JSON".getBytes(StandardCharsets.UTF_8)).reason()).isEqualTo("not_json");
    assertThat(event(new String(noBatch, StandardCharsets.UTF_8)).message()).isEqualTo("m");
  }

  @Test
  void readsTheTimesOfLog4jsJsonLayout() {
    LogEvent millis =
        event(
            "{\"timeMillis\":1774778400250,\"level\":\"WARN\",\"service\":\"s\",\"message\":\"m\"}");
    LogEvent instant =
        event(
            "{\"instant\":{\"epochSecond\":1774778400,\"nanoOfSecond\":250000000},"
                + "\"level\":\"WARN\",\"service\":\"s\",\"message\":\"m\"}");

    assertThat(millis.timestampNanos()).isEqualTo(1_774_778_400_250_000_000L);
    assertThat(millis.flags()).isZero();
    assertThat(instant.timestampNanos()).isEqualTo(1_774_778_400_000_000_000L);
    assertThat(instant.fields()).contains("\"nanoOfSecond\":250000000");
  }

  @ParameterizedTest
  @CsvSource({
    "level, 3, ERROR",
    "level, 7, DEBUG",
    "level, 10, TRACE",
    "level, 50, ERROR",
    "level, 60, FATAL",
    "severityNumber, 1, TRACE",
    "severityNumber, 3, TRACE",
    "severityNumber, 7, DEBUG",
    "severityNumber, 9, INFO",
    "severityNumber, 16, WARN",
    "severityNumber, 17, ERROR",
    "severityNumber, 24, FATAL",
    "levelno, 5, TRACE",
    "levelno, 10, DEBUG",
    "levelno, 30, WARN",
    "levelno, 50, FATAL",
  })
  void readsANumericLevelOnTheScaleOfItsKey(String key, int number, LogLevel expected) {
    assertThat(level("\"" + key + "\":" + number)).isEqualTo(expected);
    assertThat(level("\"" + key + "\":\"" + number + "\"")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"level\":\"LOUD\"",
        "\"level\":8",
        "\"level\":99",
        "\"level\":-1",
        "\"level\":{}",
        "\"level\":true",
        "\"severityNumber\":0",
        "\"severityNumber\":25",
        "\"PRIORITY\":30",
        "\"pri\":192",
        "\"level\":100"
      })
  void infersALevelThatItDoesNotKnowAndKeepsWhatWasWritten(String level) {
    LogEvent event =
        event("{" + TIME + ",\"service\":\"s\",\"message\":\"[WARN] x\"," + level + "}");

    assertThat(event.level()).isEqualTo(LogLevel.WARN);
    assertThat(event.flags()).isEqualTo(LogFlags.LEVEL_INFERRED);
    assertThat(event.fields()).isEqualTo("{" + level + "}");
  }

  // ---- precedence, merging, collisions ----

  @Test
  void keepsAliasesThatWereNotNeededAmongTheFields() {
    LogEvent event =
        event(
            "{\"msg\":\"second\",\"log\":\"third\",\"message\":\"first\",\"app\":\"b\","
                + "\"service\":\"a\",\"ts\":1774778400,"
                + TIME
                + ",\"level\":\"WARN\",\"severity\":\"x\"}");

    assertThat(event.message()).isEqualTo("first");
    assertThat(event.service()).isEqualTo("a");
    assertThat(event.level()).isEqualTo(LogLevel.WARN);
    assertThat(event.timestampNanos()).isEqualTo(1_774_778_400_000_000_000L);
    assertThat(event.fields())
        .isEqualTo(
            "{\"msg\":\"second\",\"log\":\"third\",\"app\":\"b\",\"ts\":1774778400,"
                + "\"severity\":\"x\"}");
  }

  @Test
  void mergesFieldsAttributesAndUnknownKeys() {
    LogEvent event =
        event(
            "{"
                + TIME
                + ",\"service\":\"s\",\"message\":\"m\",\"user_id\":7,\"b\":[1, 2],\"same\":1,"
                + "\"fields\":{\"user_id\":8,\"same\":1},\"attributes\":{\"user_id\":9,\"a\":1}}");

    assertThat(event.fields())
        .isEqualTo(
            "{\"user_id\":8,\"same\":1,\"attributes.user_id\":9,\"a\":1,\"record.user_id\":7,"
                + "\"b\":[1, 2]}");
  }

  @Test
  void keepsFieldsThatAreNoObjectUnderTheirOwnName() {
    assertThat(fields("\"fields\":[1]")).isEqualTo("{\"fields\":[1]}");
    assertThat(fields("\"fields\":\"x\"")).isEqualTo("{\"fields\":\"x\"}");
    assertThat(fields("\"fields\":{ }")).isEqualTo("{}");
    assertThat(fields("\"fields\":{},\"a\":1")).isEqualTo("{\"a\":1}");
    assertThat(fields("\"attributes\":[1]")).isEqualTo("{\"attributes\":[1]}");
    assertThat(fields("\"attributes\":{}")).isEqualTo("{}");
  }

  @Test
  void letsTheLastOfEqualKeysCountAndSaysSo() {
    LogEvent event =
        event(
            "{"
                + TIME
                + ",\"service\":\"a\",\"message\":\"m\",\"service\":\"b\",\"level\":\"INFO\","
                + "\"fields\":{\"x\":1,\"x\":2.50,\"y\":{\"z\":1,\"z\":[{\"q\":1,\"q\":2}]}}}");
    LogEvent unknown =
        event(
            "{"
                + TIME
                + ",\"service\":\"a\",\"message\":\"m\",\"level\":\"INFO\",\"k\":1,"
                + "\"k\":2}");
    LogEvent twice =
        event(
            "{"
                + TIME
                + ",\"service\":\"a\",\"message\":\"m\",\"level\":\"INFO\","
                + "\"fields\":{\"a\":1},\"fields\":{\"b\":2}}");

    assertThat(event.service()).isEqualTo("b");
    assertThat(event.fields()).isEqualTo("{\"x\":2.50,\"y\":{\"z\":[{\"q\":2}]}}");
    assertThat(event.flags()).isEqualTo(LogFlags.DUPLICATE_KEYS);
    assertThat(unknown.fields()).isEqualTo("{\"k\":2}");
    assertThat(unknown.flags()).isEqualTo(LogFlags.DUPLICATE_KEYS);
    assertThat(twice.fields()).isEqualTo("{\"b\":2}");
    assertThat(twice.flags()).isEqualTo(LogFlags.DUPLICATE_KEYS);
  }

  @Test
  void takesTheLastOfVeryManyFields() {
    assertThat(fields("\"fields\":{\"a\":1},".repeat(50_000) + "\"fields\":{\"b\":2}"))
        .isEqualTo("{\"b\":2}");
  }

  @Test
  void findsADuplicateAmongManyKeys() {
    StringBuilder fields = new StringBuilder("{");
    for (int i = 0; i < 100; i++) {
      fields.append("\"k").append(i).append("\":").append(i).append(',');
    }
    LogEvent unique =
        event("{\"service\":\"s\",\"message\":\"m\",\"fields\":" + fields + "\"z\":1}}");
    LogEvent duplicate =
        event("{\"service\":\"s\",\"message\":\"m\",\"fields\":" + fields + "\"k17\":1}}");

    assertThat(unique.has(LogFlags.DUPLICATE_KEYS)).isFalse();
    assertThat(duplicate.has(LogFlags.DUPLICATE_KEYS)).isTrue();
    assertThat(duplicate.fields()).contains("\"k17\":1").doesNotContain("\"k17\":17");
  }

  @Test
  void dropsEmptyValuesOfKnownKeys() {
    LogEvent event =
        event(
            "{"
                + TIME
                + ",\"service\":\"s\",\"message\":\"m\",\"host\":null,\"region\":\" \","
                + "\"level\":\"\",\"id\":null,\"msg\":null}");

    assertThat(event.host()).isNull();
    assertThat(event.region()).isNull();
    assertThat(event.producerId()).isNull();
    assertThat(event.fields()).isEqualTo("{}");
  }

  // ---- coercion ----

  @Test
  void takesNumbersAndBooleansAsTexts() {
    LogEvent event =
        event("{" + TIME + ",\"service\":42,\"host\":true,\"message\":-1.50,\"id\":7}");

    assertThat(event.service()).isEqualTo("42");
    assertThat(event.host()).isEqualTo("true");
    assertThat(event.message()).isEqualTo("-1.50");
    assertThat(event.producerId()).isEqualTo("7");
    assertThat(event.fields()).isEqualTo("{}");
  }

  @Test
  void takesAnObjectAsMessageOnlyWhereThereIsNoText() {
    LogEvent alone = event("{" + TIME + ",\"service\":\"s\",\"message\":{\"a\": 1}}");
    LogEvent array = event("{" + TIME + ",\"service\":\"s\",\"msg\":[1,2]}");
    LogEvent beside =
        event("{" + TIME + ",\"service\":\"s\",\"message\":{\"a\": 1},\"log\":\"x\"}");

    assertThat(alone.message()).isEqualTo("{\"a\": 1}");
    assertThat(alone.fields()).isEqualTo("{}");
    assertThat(array.message()).isEqualTo("[1,2]");
    assertThat(beside.message()).isEqualTo("x");
    assertThat(beside.fields()).isEqualTo("{\"message\":{\"a\": 1}}");
  }

  @Test
  void takesAnEmptyMessageOnlyWhereThereIsNoOther() {
    assertThat(event("{\"service\":\"s\",\"message\":\"\"}").message()).isEmpty();
    assertThat(event("{\"service\":\"s\",\"log\":\"\\r\\n\"}").message()).isEmpty();
    assertThat(event("{\"service\":\"s\",\"message\":\"\",\"log\":\"x\"}").message())
        .isEqualTo("x");
    assertThat(event("{\"service\":\"s\",\"log\":\"x\",\"message\":\"\"}").message())
        .isEqualTo("x");
  }

  @Test
  void cutsTheLineEndingOfALineButNotOfAMessage() {
    assertThat(event("{\"service\":\"s\",\"log\":\"a\\nb\\r\\n\"}").message()).isEqualTo("a\nb");
    assertThat(event("{\"service\":\"s\",\"message\":\"a\\n\"}").message()).isEqualTo("a\n");
  }

  @Test
  void trimsNamesAndPassesOverThoseThatAreNone() {
    assertThat(event("{\"service\":\"  s \",\"message\":\"m\"}").service()).isEqualTo("s");
    LogEvent next =
        event("{\"service\":[\"a\"],\"service_name\":\" \",\"app\":\"b\",\"message\":\"m\"}");
    assertThat(next.service()).isEqualTo("b");
    assertThat(next.fields()).isEqualTo("{\"service\":[\"a\"]}");
    LogEvent tooLong =
        event("{\"service\":\"s\",\"host\":\"" + "h".repeat(257) + "\",\"message\":\"m\"}");
    assertThat(tooLong.host()).isNull();
    assertThat(tooLong.fields()).startsWith("{\"host\":\"hhh");
  }

  // ---- time ----

  @Test
  void standsInTheAppendTimeForAMissingTimestamp() {
    LogEvent event = event("{\"service\":\"s\",\"message\":\"m\",\"level\":\"INFO\"}");

    assertThat(event.timestampNanos()).isEqualTo(APPEND_MILLIS * 1_000_000);
    assertThat(event.flags()).isEqualTo(LogFlags.TIMESTAMP_MISSING);
    assertThat(event.originalTimestamp()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"yesterday\" | yesterday",
        "true | true",
        "{\"$date\":1} | {\"$date\":1}",
        "[1,2] | [1,2]",
        "\"1500-01-01T00:00Z\" | 1500-01-01T00:00Z",
        "-1e300 | -1e300",
        "\"2026-03-29\" | 2026-03-29",
      })
  void standsInTheAppendTimeForAnUnreadableTimestamp(String written, String original) {
    LogEvent event = timed(written);

    assertThat(event.timestampNanos()).isEqualTo(APPEND_MILLIS * 1_000_000);
    assertThat(event.flags()).isEqualTo(LogFlags.TIMESTAMP_UNREADABLE);
    assertThat(event.originalTimestamp()).isEqualTo(original);
    assertThat(event.fields()).isEqualTo("{}");
  }

  @Test
  void prefersAReadableTimestampOfALowerRank() {
    LogEvent event =
        event(
            "{\"timestamp\":\"soon\",\"ts\":1774778400,\"service\":\"s\",\"message\":\"m\","
                + "\"level\":\"INFO\"}");

    assertThat(event.timestampNanos()).isEqualTo(1_774_778_400_000_000_000L);
    assertThat(event.flags()).isZero();
    assertThat(event.originalTimestamp()).isNull();
    assertThat(event.fields()).isEqualTo("{\"timestamp\":\"soon\"}");
  }

  @Test
  void acceptsTenMinutesAheadOfTheAppendTimeAndNoMore() {
    LogEvent ahead = timed("\"2026-03-29T10:11:00Z\"");
    LogEvent further = timed("\"2026-03-29T10:11:00.000000001Z\"");

    assertThat(ahead.flags()).isZero();
    assertThat(ahead.timestampNanos()).isEqualTo((APPEND_MILLIS + 600_000) * 1_000_000);
    assertThat(further.flags()).isEqualTo(LogFlags.TIMESTAMP_IN_FUTURE);
    assertThat(further.timestampNanos()).isEqualTo(APPEND_MILLIS * 1_000_000);
    assertThat(further.originalTimestamp()).isEqualTo("2026-03-29T10:11:00.000000001Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"3000-01-01T00:00:00Z\"", "32503680000", "9999999999999999999999"})
  void keepsTheTextOfATimestampFarInTheFuture(String written) {
    LogEvent event = timed(written);

    assertThat(event.flags()).isEqualTo(LogFlags.TIMESTAMP_IN_FUTURE);
    assertThat(event.timestampNanos()).isEqualTo(APPEND_MILLIS * 1_000_000);
    assertThat(event.originalTimestamp()).isEqualTo(written.replace("\"", ""));
  }

  @Test
  void sendsWhatIsOlderThanHotRetentionToTheArchiveOnly() {
    LogEvent within = timed("\"2026-02-27T10:01:00Z\"");
    LogEvent older = timed("\"2026-02-27T10:00:59.999999999Z\"");
    LogEvent epoch = timed("0");
    LogEvent year1970 = timed("\"1970-01-01T00:00:00Z\"");

    assertThat(within.flags()).isZero();
    assertThat(older.flags()).isEqualTo(LogFlags.ARCHIVE_ONLY);
    assertThat(epoch.flags()).isEqualTo(LogFlags.ARCHIVE_ONLY);
    assertThat(epoch.timestampNanos()).isZero();
    assertThat(year1970).isEqualTo(epoch);
  }

  @Test
  void judgesTimeByTheAppendTimeWhereverThatLies() {
    LogLimits wide =
        new LogLimits(1000, 1000, 5, Duration.ofDays(1 << 30), Duration.ofDays(1 << 30));
    byte[] record = bytes("{" + TIME + ",\"service\":\"s\",\"message\":\"m\"}");
    for (long append : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      RecordOrigin origin = new RecordOrigin("logs", "0a1b2", 0, 0, append);

      assertThat(new JsonLogParser(LogLimits.DEFAULT).parse(record, origin).event()).isNotNull();
      assertThat(new JsonLogParser(wide).parse(record, origin).event()).isNotNull();
    }
    RecordOrigin epoch = new RecordOrigin("logs", "0a1b2", 0, 0, 0);
    assertThat(new JsonLogParser(wide).parse(record, epoch).event().flags())
        .isEqualTo(LogFlags.LEVEL_INFERRED);
    assertThat(parser.parse(record, epoch).event().flags())
        .isEqualTo(LogFlags.LEVEL_INFERRED | LogFlags.TIMESTAMP_IN_FUTURE);
  }

  // ---- dead letters ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | empty_record | the record is empty",
        "` \n ` | empty_record | the record is empty",
        "nonsense | not_json | Unrecognized token 'nonsense'",
        "{ | not_json | Unexpected end-of-input",
        "{\"service\":\"s\",\"message\":\"m\" | not_json | Unexpected end-of-input",
        "{\"service\":\"s\",\"message\":\"m\"} x | not_json | more than one JSON value, or"
            + " something after it",
        "{\"service\":\"s\",\"message\":\"m\"}{} | not_json | more than one JSON value",
        "[1] 2 | not_json | more than one JSON value",
        "[1 | not_json | Unexpected end-of-input",
        "\"abc | not_json | Unexpected end-of-input",
        "{'service':'s'} | not_json | Unexpected character",
        "{\"service\":NaN} | not_json | NaN",
        "{\"a\":01} | not_json | zero",
        "[{\"service\":\"s\",\"message\":\"m\"}] | not_an_object | the record is an array",
        "\"text\" | not_an_object | the record is a string",
        "42 | not_an_object | the record is a number",
        "true | not_an_object | the record is a boolean",
        "null | not_an_object | the record is null",
        "{} | missing_service | service: is missing",
        "{\"message\":\"m\"} | missing_service | service: is missing",
        "{\"service\":null,\"message\":\"m\"} | missing_service | service: is missing",
        "{\"service\":\" \",\"message\":\"m\"} | missing_service | service: an empty text is no"
            + " name",
        "{\"service\":[],\"message\":\"m\"} | missing_service | service: an array is no name",
        "{\"service\":{},\"message\":\"m\"} | missing_service | service: an object without a name",
        "{\"service\":\"s\"} | missing_message | message: is missing",
        "{\"service\":\"s\",\"message\":null} | missing_message | message: is missing",
        "{\"service\":\"s\",\"log\":{\"level\":\"x\"}} | missing_message | message: is missing",
        "{\"resourceLogs\":[]} | otlp_batch | resourceLogs: an OTLP batch",
        "{\"resource_logs\":[]} | otlp_batch | one log record a message, or send it to POST"
            + " /v1/logs",
      })
  void saysWhyARecordIsNoEvent(String record, String reason, String detail) {
    DeadLetter letter = letter(bytes(record));

    assertThat(letter.reason()).isEqualTo(reason);
    assertThat(letter.detail()).contains(detail);
    assertThat(letter.payload()).isEqualTo(bytes(record));
    assertThat(letter.origin()).isEqualTo(ORIGIN);
    assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.PARSE);
    assertThat(letter.store()).isEqualTo(DeadLetter.Store.ALL);
  }

  @Test
  void saysWhereAServiceIsTooLong() {
    DeadLetter letter =
        letter(bytes("{\"message\":\"m\",\"service\":\"" + "x".repeat(257) + "\"}"));

    assertThat(letter.reason()).isEqualTo("missing_service");
    assertThat(letter.detail())
        .isEqualTo("service: a text of 257 characters (at most 256) is no name");
  }

  @Test
  void treatsATombstoneAsAnEmptyRecord() {
    DeadLetter letter = letter(null);

    assertThat(letter.reason()).isEqualTo("empty_record");
    assertThat(letter.payloadKind()).isEqualTo(DeadLetter.PayloadKind.NONE);
  }

  @Test
  void refusesWhatIsNoUtf8TextFromTheStart() {
    for (Charset charset : new Charset[] {StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE}) {
      assertThat(letter("{\"service\":\"s\",\"message\":\"m\"}".getBytes(charset)).reason())
          .isEqualTo("not_json");
    }
  }

  @Test
  void keepsTheBeginningOfARecordThatIsTooLarge() {
    byte[] record = bytes("{\"service\":\"s\",\"message\":\"x" + "é".repeat(1 << 20) + "\"}");

    DeadLetter letter = letter(record);

    assertThat(letter.reason()).isEqualTo("record_too_large");
    assertThat(letter.detail())
        .isEqualTo(
            "the record has "
                + record.length
                + " bytes, at most 1048576 are allowed;"
                + " the first 65535 are kept here");
    assertThat(new String(letter.payload(), StandardCharsets.UTF_8)).endsWith("é");
    assertThat(letter.payload()).isEqualTo(Arrays.copyOf(record, 65535));
  }

  @Test
  void acceptsARecordOfExactlyTheLimit() {
    String head = "{\"service\":\"s\",\"message\":\"";
    String record = head + "x".repeat((1 << 20) - head.length() - 2) + "\"}";

    assertThat(event(record).has(LogFlags.MESSAGE_TRUNCATED)).isTrue();
    assertThat(letter(bytes(record + " ")).reason()).isEqualTo("record_too_large");
  }

  @Test
  void refusesFieldsThatAreNestedTooDeep() {
    assertThat(fields("\"fields\":" + nested(20))).isEqualTo(nested(20));
    DeadLetter letter =
        letter(bytes("{\"service\":\"s\",\"message\":\"m\",\"fields\":" + nested(21) + "}"));
    assertThat(letter.reason()).isEqualTo("fields_too_deep");
    assertThat(letter.detail()).isEqualTo("fields: nested deeper than 20 levels");

    assertThat(fields("\"other\":" + nested(19))).isEqualTo("{\"other\":" + nested(19) + "}");
    DeadLetter other =
        letter(bytes("{\"service\":\"s\",\"message\":\"m\",\"other\":" + nested(20) + "}"));
    assertThat(other.detail()).isEqualTo("other: nested deeper than 20 levels");
  }

  @Test
  void survivesAbsurdNesting() {
    String deep = "[".repeat(500_000);

    assertThat(letter(bytes("{\"service\":\"s\",\"a\":" + deep)).reason())
        .isEqualTo("fields_too_deep");
    assertThat(letter(bytes(deep)).reason()).isEqualTo("not_json");
    assertThat(letter(bytes("{\"a\":".repeat(100_000))).reason()).isEqualTo("fields_too_deep");
  }

  @Test
  void refusesNumbersAndKeysThatStoresRefuseToo() {
    assertThat(letter(bytes("{\"a\":" + "1".repeat(1001) + "}")).reason())
        .isEqualTo("token_too_long");
    assertThat(letter(bytes("{\"" + "k".repeat(60_000) + "\":1}")).reason())
        .isEqualTo("token_too_long");
  }

  // ---- hostile text ----

  @Test
  void acceptsTenThousandFields() {
    StringBuilder fields = new StringBuilder("{\"k\":0");
    for (int i = 0; i < 10_000; i++) {
      fields.append(",\"k").append(i).append("\":").append(i);
    }
    fields.append('}');

    assertThat(fields("\"fields\":" + fields)).isEqualTo(fields.toString());
    String inner = fields.substring(1, fields.length() - 1);
    assertThat(fields(inner)).isEqualTo(fields.toString());
  }

  @Test
  void replacesInvalidUtf8AndSaysSo() {
    byte[] record =
        bytes(
            "{" + TIME + ",\"service\":\"s\",\"level\":\"INFO\",\"message\":\"a#b\",\"x\":\"#\"}");
    for (int i = 0; i < record.length; i++) {
      if (record[i] == '#') {
        record[i] = (byte) 0xC3;
      }
    }

    LogEvent event = parser.parse(record, ORIGIN).event();

    assertThat(event.message()).isEqualTo("a\ufffdb");
    assertThat(event.fields()).isEqualTo("{\"x\":\"\ufffd\"}");
    assertThat(event.flags()).isEqualTo(LogFlags.INVALID_UTF8);
  }

  @Test
  void takesACharacterThatOnlyLooksReplacedAsItIs() {
    assertThat(event("{\"service\":\"s\",\"message\":\"\ufffd\"}").has(LogFlags.INVALID_UTF8))
        .isFalse();
  }

  @Test
  void ignoresAByteOrderMark() {
    assertThat(event("\ufeff{\"service\":\"s\",\"message\":\"m\",\"a\":1}").fields())
        .isEqualTo("{\"a\":1}");
  }

  @Test
  void keepsNul() {
    LogEvent event =
        event(
            "{\"service\":\"s\",\"level\":\"INFO\","
                + TIME
                + ",\"message\":\"a\\u0000b\",\"fields\":{\"x\":\"\\u0000\"}}");

    assertThat(event.message()).isEqualTo("a\u0000b");
    assertThat(event.fields()).isEqualTo("{\"x\":\"\\u0000\"}");
    assertThat(event.flags()).isZero();
  }

  @Test
  void replacesUnpairedSurrogatesWhereverTheyStandAndSaysSo() {
    byte[] record =
        bytes(
            "{"
                + TIME
                + """
                ,"service":"s\\ud800","host":"h\\uDC00","region":"\\udbffr","id":"\\uD800i",
                 "level":"INFO","message":"a\\ud800b \\udc00 \\ud800\\ud800 \\udc00\\ud800",
                 "fields":{"k\\ud800":["\\udfff",{"\\ud800":"\\uD800\\u0041"}]},"t\\udc00":"\\ud9ab"}
                """);
    byte[] before = record.clone();

    LogEvent event = parser.parse(record, ORIGIN).event();

    assertThat(record).isEqualTo(before);
    assertThat(event.service()).isEqualTo("s\ufffd");
    assertThat(event.host()).isEqualTo("h\ufffd");
    assertThat(event.region()).isEqualTo("\ufffdr");
    assertThat(event.producerId()).isEqualTo("\ufffdi");
    assertThat(event.message()).isEqualTo("a\ufffdb \ufffd \ufffd\ufffd \ufffd\ufffd");
    assertThat(event.fields())
        .isEqualTo(
            "{\"k\\ufffd\":[\"\\ufffd\",{\"\\ufffd\":\"\\ufffd\\u0041\"}],"
                + "\"t\\ufffd\":\"\\ufffd\"}");
    assertThat(event.flags()).isEqualTo(LogFlags.INVALID_UTF8);
  }

  @Test
  void replacesUnpairedSurrogatesInFieldsThatAreCopiedAsTheyAre() {
    LogEvent event =
        event("{\"service\":\"s\",\"message\":\"m\",\"fields\":{\"x\":\"\\ud800\", \"y\":\"é\"}}");

    assertThat(event.fields()).isEqualTo("{\"x\":\"\\ufffd\", \"y\":\"é\"}");
    assertThat(event.has(LogFlags.INVALID_UTF8)).isTrue();
  }

  @Test
  void keepsSurrogatesInPairs() {
    LogEvent event =
        event(
            "{\"service\":\"s\",\"message\":\"\\ud83d\\ude00 \\ud800\\udc00\\uDBFF\\uDFFF\","
                + "\"fields\":{\"x\":\"\\ud83d\\ude00\"}}");

    assertThat(event.message()).isEqualTo("\ud83d\ude00 \ud800\udc00\udbff\udfff");
    assertThat(event.fields()).isEqualTo("{\"x\":\"\\ud83d\\ude00\"}");
    assertThat(event.has(LogFlags.INVALID_UTF8)).isFalse();
  }

  @Test
  void takesKeysThatDifferInUnpairedSurrogatesOnlyForOne() {
    LogEvent event =
        event(
            "{\"service\":\"s\",\"message\":\"m\"," + "\"fields\":{\"\\ud800\":1,\"\\ud801\":2}}");

    assertThat(event.fields()).isEqualTo("{\"\ufffd\":2}");
    assertThat(event.has(LogFlags.DUPLICATE_KEYS)).isTrue();
  }

  @Test
  void keepsCharactersOutsideAscii() {
    LogEvent event =
        event(
            "{\"service\":\"überweisung\",\"message\":\"größe \ud83d\ude00\",\"ключ\":\"é\","
                + "\"fields\":{\"\ud83d\ude00\":\"中\"}}");

    assertThat(event.service()).isEqualTo("überweisung");
    assertThat(event.message()).isEqualTo("größe \ud83d\ude00");
    assertThat(event.fields()).isEqualTo("{\"\ud83d\ude00\":\"中\",\"ключ\":\"é\"}");
  }

  @Test
  void cutsALongMessageBetweenCharacters() {
    LogLimits limits = new LogLimits(1000, 4, 5, Duration.ofMinutes(10), Duration.ofDays(30));
    JsonLogParser short4 = new JsonLogParser(limits);

    assertThat(message(short4, "abcd")).isEqualTo("abcd");
    assertThat(message(short4, "abcde")).isEqualTo("abcd");
    assertThat(message(short4, "abc\ud83d\ude00")).isEqualTo("abc");
    assertThat(message(short4, "ab\ud83d\ude00")).isEqualTo("ab\ud83d\ude00");
    LogEvent cut = short4.parse(bytes("{\"service\":\"s\",\"message\":\"abcde\"}"), ORIGIN).event();
    assertThat(cut.has(LogFlags.MESSAGE_TRUNCATED)).isTrue();
    LogEvent other =
        short4
            .parse(bytes("{\"service\":\"s\",\"log\":\"abcde\",\"message\":\"abc\"}"), ORIGIN)
            .event();
    assertThat(other.has(LogFlags.MESSAGE_TRUNCATED)).isFalse();
  }

  // ---- checking without making an event ----

  @Test
  void checksARecordInTheMiddleOfABuffer() {
    byte[] buffer = bytes("[{\"service\":\"s\",\"message\":\"é\"},{\"service\":\"t\"}]");
    int comma = new String(buffer, StandardCharsets.ISO_8859_1).indexOf("},{") + 1;

    LogCheck good = parser.check(buffer, 1, comma);
    LogCheck bad = parser.check(buffer, comma + 1, buffer.length - 1);

    assertThat(good).isEqualTo(new LogCheck("s", null, null));
    assertThat(good.isAccepted()).isTrue();
    assertThat(bad.isAccepted()).isFalse();
    assertThat(bad.reason()).isEqualTo(ParseReason.MISSING_MESSAGE);
    assertThat(bad.detail()).startsWith("message: is missing");
  }

  @Test
  void refusesLimitsThatMakeNoSense() {
    Duration day = Duration.ofDays(1);
    assertThatThrownBy(() -> new LogLimits(0, 1, 1, day, day))
        .hasMessageContaining("maxRecordBytes");
    assertThatThrownBy(() -> new LogLimits(1, 0, 1, day, day))
        .hasMessageContaining("maxMessageChars");
    assertThatThrownBy(() -> new LogLimits(1, 1, 501, day, day))
        .hasMessageContaining("maxFieldDepth");
    assertThatThrownBy(() -> new LogLimits(1, 1, 1, day.negated(), day))
        .hasMessageContaining("maxFutureSkew");
    assertThatThrownBy(() -> new LogLimits(1, 1, 1, day, day.negated()))
        .hasMessageContaining("hotRetention");
  }

  // ---- helpers ----

  private LogEvent event(String json) {
    ParsedLog parsed = parser.parse(bytes(json), ORIGIN);
    assertThat(parsed.deadLetter()).isNull();
    return parsed.event();
  }

  private DeadLetter letter(byte[] record) {
    ParsedLog parsed = parser.parse(record, ORIGIN);
    assertThat(parsed.event()).isNull();
    return parsed.deadLetter();
  }

  private LogEvent timed(String timestamp) {
    return event(
        "{\"timestamp\":" + timestamp + ",\"service\":\"s\",\"message\":\"m\",\"level\":\"INFO\"}");
  }

  private LogLevel level(String member) {
    LogEvent event = event("{" + TIME + ",\"service\":\"s\",\"message\":\"m\"," + member + "}");
    assertThat(event.flags()).isZero();
    return event.level();
  }

  private String fields(String members) {
    return event("{" + TIME + ",\"service\":\"s\",\"message\":\"m\"," + members + "}").fields();
  }

  private static String message(JsonLogParser with, String message) {
    return with.parse(bytes("{\"service\":\"s\",\"message\":\"" + message + "\"}"), ORIGIN)
        .event()
        .message();
  }

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
