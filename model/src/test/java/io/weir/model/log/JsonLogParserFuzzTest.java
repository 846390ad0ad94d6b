package io.weir.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.json.LogDocument;
import io.weir.model.kafka.RecordOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the bytes: an event that stores accept, or a dead letter; never an exception. */
class JsonLogParserFuzzTest {
  private static final RecordOrigin ORIGIN =
      new RecordOrigin("logs", "0a1b2", 3, 42, 1_774_778_460_000L);

  /** Elasticsearch refuses a document in which a key stands twice, wherever that is. */
  private static final ObjectMapper STRICT =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private static final List<String> SEEDS =
      List.of(
          """
          {"timestamp":"2026-03-29T10:00:00.123Z","service":"payments","host":"web-1",
           "level":"ERROR","message":"connection \\u00e9 refused","fields":{"a":[1,{"b":"c"}]},
           "id":"p-1"}""",
          """
          {"timeUnixNano":"1774778400123456789","severityNumber":17,"body":{"stringValue":"x"},
           "attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"}]}}}],
           "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]}}""",
          """
          {"date":1774778400.5,"log":"E0101 10:00:00 x\\n","kubernetes":{"host":"n",
           "labels":{"app":"a"},"container_name":"c"},"log":"twice"}""",
          """
          {"@timestamp":"2026-03-29 10:00:00,123","log":{"level":"warn"},"service":{"name":"s"},
           "host":{"name":"h"},"message":"größe \ud83d\ude00","x":null}""");

  private final JsonLogParser parser =
      new JsonLogParser(new LogLimits(4096, 50, 6, Duration.ofMinutes(10), Duration.ofDays(30)));
  private final LogDocument document = new LogDocument();

  @Property(tries = 1000)
  void acceptsAnyBytes(@ForAll byte[] record) throws IOException {
    holds(record);
  }

  @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
  void acceptsDamagedRecords(@ForAll("damaged") byte[] record) throws IOException {
    holds(record);
  }

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void acceptsAnyObjectOfKnownKeys(@ForAll("objects") String record) throws IOException {
    holds(record.getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void losesNoMember(@ForAll("uniqueMembers") Map<String, String> members) throws IOException {
    StringBuilder record = new StringBuilder("{\"service\":\"s\",\"message\":\"m\"");
    members.forEach((k, v) -> record.append(",\"").append(k).append("\":").append(v));
    record.append('}');

    ParsedLog parsed = parser.parse(record.toString().getBytes(StandardCharsets.UTF_8), ORIGIN);

    assertThat(parsed.event()).isNotNull();
    JsonNode fields = STRICT.readTree(parsed.event().fields());
    assertThat(fields.size()).isEqualTo(members.size());
    for (Map.Entry<String, String> member : members.entrySet()) {
      assertThat(fields.get(member.getKey())).isEqualTo(STRICT.readTree(member.getValue()));
    }
  }

  /** A key that stands twice has everything taken apart and put together with Jackson. */
  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void copiesTheSameFieldsThatItMerges(@ForAll("objects") String record) throws IOException {
    String twice = "\"zz\":{\"d\":1,\"d\":1}}";
    String longer =
        record.substring(0, record.length() - 1) + (record.equals("{}") ? "" : ",") + twice;

    ParsedLog copied = parser.parse(record.getBytes(StandardCharsets.UTF_8), ORIGIN);
    ParsedLog merged = parser.parse(longer.getBytes(StandardCharsets.UTF_8), ORIGIN);

    assertThat(copied.event() == null).isEqualTo(merged.event() == null);
    if (copied.event() != null) {
      ObjectNode expected = (ObjectNode) STRICT.readTree(merged.event().fields());
      expected.remove("zz");
      assertThat(STRICT.readTree(copied.event().fields())).isEqualTo(expected);
      assertThat(copied.event().service()).isEqualTo(merged.event().service());
      assertThat(copied.event().message()).isEqualTo(merged.event().message());
    }
  }

  private void holds(byte[] record) throws IOException {
    byte[] before = record.clone();

    ParsedLog parsed = parser.parse(record, ORIGIN);

    assertThat(record).isEqualTo(before);
    assertThat(parser.parse(record, ORIGIN)).as("a replay").isEqualTo(parsed);
    LogCheck check = parser.check(record, 0, record.length);
    assertThat(check.isAccepted()).isEqualTo(parsed.event() != null);
    if (parsed.event() != null) {
      LogEvent event = parsed.event();
      assertThat(check.service()).isEqualTo(event.service()).isNotBlank();
      assertThat(event.message().length()).isLessThanOrEqualTo(50);
      assertThat(event.toString()).satisfies(JsonLogParserFuzzTest::isUnicode);
      isUnicode(STRICT.readTree(event.fields()));
      assertThat(STRICT.readTree(event.fields()).isObject()).isTrue();
      byte[] source = document.encode(event);
      assertThat(STRICT.readTree(source).get("message").textValue()).isEqualTo(event.message());
      LogEvent decoded = LogDocument.decode(source);
      assertThat(decoded.service()).isEqualTo(event.service());
      assertThat(decoded.timestampNanos()).isEqualTo(event.timestampNanos());
    } else {
      assertThat(parsed.deadLetter().reason())
          .as(parsed.deadLetter().detail())
          .isNotEqualTo(ParseReason.PARSER_FAILURE.code())
          .isEqualTo(check.reason().code());
      assertThat(parsed.deadLetter().detail())
          .isEqualTo(check.detail())
          .isNotBlank()
          .satisfies(JsonLogParserFuzzTest::isUnicode);
      assertThat(DeadLetterJson.decode(DeadLetterJson.encode(parsed.deadLetter())))
          .isEqualTo(parsed.deadLetter());
    }
  }

  private static void isUnicode(String text) {
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).as(text).isTrue();
  }

  private static void isUnicode(JsonNode value) {
    value.fieldNames().forEachRemaining(JsonLogParserFuzzTest::isUnicode);
    value.forEach(JsonLogParserFuzzTest::isUnicode);
    if (value.isTextual()) {
      isUnicode(value.textValue());
    }
  }

  @Provide
  Arbitrary<byte[]> damaged() {
    Arbitrary<byte[]> seeds = Arbitraries.of(SEEDS).map(s -> s.getBytes(StandardCharsets.UTF_8));
    Arbitrary<List<int[]>> edits =
        Combinators.combine(
                Arbitraries.integers().between(0, 2),
                Arbitraries.integers().between(0, 10_000),
                Arbitraries.oneOf(
                    Arbitraries.integers().between(-128, 127),
                    Arbitraries.of(
                        (int) '"',
                        (int) '{',
                        (int) '}',
                        (int) '[',
                        (int) ']',
                        (int) ':',
                        (int) ',',
                        (int) '\\',
                        0,
                        0xC3,
                        0xED,
                        0xF0)))
            .as((kind, at, value) -> new int[] {kind, at, value})
            .list()
            .ofMinSize(1)
            .ofMaxSize(4);
    return Combinators.combine(seeds, edits).as(JsonLogParserFuzzTest::damage);
  }

  private static byte[] damage(byte[] seed, List<int[]> edits) {
    byte[] bytes = seed;
    for (int[] edit : edits) {
      int at = edit[1] % bytes.length;
      switch (edit[0]) {
        case 0 -> {
          bytes = bytes.clone();
          bytes[at] = (byte) edit[2];
        }
        case 1 -> {
          byte[] longer = new byte[bytes.length + 1];
          System.arraycopy(bytes, 0, longer, 0, at);
          longer[at] = (byte) edit[2];
          System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
          bytes = longer;
        }
        default -> {
          int length = Math.max(1, Math.min(bytes.length - at, 1 + edit[2] % 20));
          byte[] shorter = new byte[Math.max(1, bytes.length - length)];
          int head = Math.min(at, shorter.length);
          System.arraycopy(bytes, 0, shorter, 0, head);
          System.arraycopy(
              bytes, bytes.length - (shorter.length - head), shorter, head, shorter.length - head);
          bytes = shorter;
        }
      }
    }
    return bytes;
  }

  @Provide
  Arbitrary<String> objects() {
    return object(3);
  }

  @Provide
  Arbitrary<Map<String, String>> uniqueMembers() {
    Arbitrary<String> keys =
        Arbitraries.strings()
            .withChars("abcxyz._")
            .ofMinLength(1)
            .ofMaxLength(3)
            .filter(k -> FieldAliases.root().child(k) == null);
    Arbitrary<String> values =
        Arbitraries.of(
            "1",
            "-0.50",
            "null",
            "true",
            "\"x\"",
            "\"\\u00e9\\n\"",
            "[1, [2]]",
            "{\"a\" : {\"b\":[]}}",
            "{}",
            "\"\ud83d\ude00\"",
            "1e400");
    return Arbitraries.maps(keys, values).ofMaxSize(6);
  }

  private static Arbitrary<String> object(int depth) {
    Arbitrary<String> known =
        Arbitraries.of(FieldAliases.rows()).flatMap(row -> Arbitraries.of(row.path()).map(k -> k));
    Arbitrary<String> keys =
        Arbitraries.frequencyOf(
            Tuple.of(5, known),
            Tuple.of(
                2,
                Arbitraries.of(
                    "fields",
                    "attributes",
                    "resource",
                    "key",
                    "value",
                    "values",
                    "stringValue",
                    "intValue",
                    "arrayValue",
                    "kvlistValue",
                    "resourceLogs")),
            Tuple.of(1, Arbitraries.strings().withChars("ab.").ofMaxLength(3)),
            Tuple.of(1, Arbitraries.of("\\ud800", "a\\udfff", "\\ud83d\\ude00")));
    return Combinators.combine(keys, value(depth))
        .as((k, v) -> "\"" + k + "\":" + v)
        .list()
        .ofMaxSize(7)
        .map(members -> "{" + String.join(",", members) + "}");
  }

  private static Arbitrary<String> value(int depth) {
    Arbitrary<String> scalars =
        Arbitraries.of(
            "null",
            "true",
            "0",
            "3",
            "17",
            "1774778400",
            "-1e300",
            "\"\"",
            "\" \"",
            "\"s\"",
            "\"WARN\"",
            "\"2026-03-29T10:00Z\"",
            "\"3000-01-01T00:00Z\"",
            "\"x\\n\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud83d\\ude00 \\ud83dx\"",
            "\"a long message that exceeds the limit of these tests \ud83d\ude00\"");
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<String> array =
        value(depth - 1).list().ofMaxSize(3).map(v -> "[" + String.join(",", v) + "]");
    Arbitrary<String> pair =
        Combinators.combine(
                Arbitraries.of("service.name", "host.name", "a", "log.record.uid"),
                Arbitraries.of("stringValue", "intValue", "arrayValue", "kvlistValue", "x"),
                value(depth - 1))
            .as((k, t, v) -> "{\"key\":\"" + k + "\",\"value\":{\"" + t + "\":" + v + "}}");
    Arbitrary<String> pairs = pair.list().ofMaxSize(3).map(v -> "[" + String.join(",", v) + "]");
    return Arbitraries.oneOf(List.of(scalars, array, pairs, object(depth - 1)));
  }
}
