package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogLevel;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LogDocumentTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final LogDocument document = new LogDocument();

  @Test
  void writesEveryFieldUnderItsName() {
    LogEvent event =
        new LogEvent(
            1_774_778_400_123_456_789L,
            "payments",
            "web-1",
            "eu-central-1",
            LogLevel.ERROR,
            "connection \"refused\"\n",
            "{\"user_id\": 42,\"k\":{\"a\":[\"x\",true,null,{\"b\":1.50}]}}",
            "p-1",
            "yesterday",
            LogFlags.TIMESTAMP_UNREADABLE | LogFlags.LEVEL_INFERRED,
            "logs",
            "0a1b2",
            3,
            42L,
            1_774_778_400_500L);

    assertThat(text(document.encode(event)))
        .isEqualTo(
            "{\"timestamp\":\"2026-03-29T10:00:00.123456789Z\",\"service\":\"payments\","
                + "\"host\":\"web-1\",\"region\":\"eu-central-1\",\"level\":\"ERROR\","
                + "\"message\":\"connection \\\"refused\\\"\\n\","
                + "\"fields\":{\"user_id\": 42,\"k\":{\"a\":[\"x\",true,null,{\"b\":1.50}]}},"
                + "\"field_terms\":[\"user_id=42\",\"k.a=x\",\"k.a=true\",\"k.a.b=1.50\"],"
                + "\"id\":\"p-1\",\"original_timestamp\":\"yesterday\","
                + "\"flags\":[\"timestamp_unreadable\",\"level_inferred\"],"
                + "\"kafka_topic\":\"logs\",\"kafka_topic_code\":\"0a1b2\",\"kafka_partition\":3,"
                + "\"kafka_offset\":42,\"append_time\":1774778400500}");
  }

  @Property(tries = 300)
  void showsTheDocumentWithItsIdInOneLineWithoutWhatIsForSearchingOnly(
      @ForAll("events") LogEvent any) throws IOException {
    LogEvent event = inTopic("0a1b2", any);
    byte[] shown = document.encodeShown(event);

    assertThat(text(shown)).doesNotContain("\n", "\r");
    ObjectNode expected = (ObjectNode) MAPPER.readTree(document.encode(event));
    expected.remove("field_terms");
    expected.put("event_id", event.eventId());
    assertThat(MAPPER.readTree(shown)).isEqualTo(expected);
    assertThat(names(MAPPER.readTree(shown))).startsWith("event_id", "timestamp", "service");
  }

  @Test
  void leavesOutWhatIsAbsent() throws IOException {
    LogEvent event =
        new LogEvent(
            0, "s", null, null, LogLevel.INFO, "", "{}", null, null, 0, "logs", "0a1b2", 0, 0, 0);

    List<String> names = new ArrayList<>();
    MAPPER.readTree(document.encode(event)).fieldNames().forEachRemaining(names::add);

    assertThat(names)
        .containsExactly(
            "timestamp",
            "service",
            "level",
            "message",
            "kafka_topic",
            "kafka_topic_code",
            "kafka_partition",
            "kafka_offset",
            "append_time");
  }

  @Test
  void holdsNoFieldThatHasNoConstant() throws IOException {
    JsonNode tree = MAPPER.readTree(document.encode(TestingEvents.event("m", "{\"a\":1}")));

    assertThat(DocumentFields.ALL).containsAll(names(tree));
    assertThat(DocumentFields.ALL).doesNotHaveDuplicates();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void readsBackWhatItWrites(@ForAll("events") LogEvent event) throws IOException {
    byte[] source = document.encode(event);

    JsonNode tree = MAPPER.readTree(source);
    assertThat(tree.get("message").textValue()).isEqualTo(event.message());
    assertThat(tree.get("service").textValue()).isEqualTo(event.service());
    LogEvent decoded = LogDocument.decode(source);
    assertThat(decoded).isEqualTo(event);
    assertThat(document.encode(decoded)).isEqualTo(source);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void termsAreThoseOfTheFieldsTree(@ForAll("objects") String fields) throws IOException {
    List<String> expected = new ArrayList<>();
    flatten("", MAPPER.readTree(fields), expected);

    assertThat(FieldTerms.of(fields)).isEqualTo(expected);
  }

  @Test
  void boundsTheNumberOfTermsAndSaysSo() {
    StringBuilder fields = new StringBuilder("{\"a\":[0");
    for (int i = 1; i <= FieldTerms.MAX_TERMS; i++) {
      fields.append(',').append(i);
    }
    fields.append("]}");

    LogEvent decoded =
        LogDocument.decode(document.encode(TestingEvents.event("m", fields.toString())));

    assertThat(FieldTerms.of(fields.toString()))
        .hasSize(FieldTerms.MAX_TERMS)
        .endsWith("a=" + (FieldTerms.MAX_TERMS - 1));
    assertThat(decoded.has(LogFlags.FIELD_TERMS_TRUNCATED)).isTrue();
    assertThat(decoded.fields()).isEqualTo(fields.toString());
  }

  @Test
  void boundsTheLengthOfATermInCharactersAndSaysSo() {
    String longest = "x".repeat(FieldTerms.MAX_TERM_CHARS - 2);
    String wide = "é".repeat(FieldTerms.MAX_TERM_CHARS - 2);
    String pairs = "\ud83d\ude00".repeat((FieldTerms.MAX_TERM_CHARS - 2) / 2);
    String escapes = "\\u0041\\n".repeat((FieldTerms.MAX_TERM_CHARS - 2) / 2);

    assertThat(FieldTerms.of("{\"a\":\"" + longest + "\"}")).containsExactly("a=" + longest);
    assertThat(FieldTerms.of("{\"a\":\"" + wide + "\"}")).containsExactly("a=" + wide);
    assertThat(FieldTerms.of("{\"a\":\"" + pairs + "\"}")).containsExactly("a=" + pairs);
    assertThat(FieldTerms.of("{\"a\":\"" + escapes + "\"}")).hasSize(1);
    for (String value : List.of(longest, wide, pairs, escapes)) {
      String fields = "{\"a\":\"" + value + "y\",\"b\":1}";
      assertThat(FieldTerms.of(fields)).containsExactly("b=1");
      LogEvent decoded = LogDocument.decode(document.encode(TestingEvents.event("m", fields)));
      assertThat(decoded.has(LogFlags.FIELD_TERMS_TRUNCATED)).isTrue();
    }
  }

  @Test
  void refusesFieldsThatAreNoObject() {
    for (String fields :
        List.of("", "[]", "1", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{}x", "{\"a\":\"\\")) {
      assertThatThrownBy(() -> document.encode(TestingEvents.event("m", fields)))
          .as(fields)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fields");
    }
    assertThat(LogDocument.decode(document.encode(TestingEvents.event("m", " {} "))).fields())
        .as("a refused event leaves no trace")
        .isEqualTo("{}");
  }

  @Test
  void namesTheFieldThatKeepsADocumentFromBeingRead() {
    String good = text(document.encode(TestingEvents.event("m", "{}")));

    assertRefused("[]", "a log document is a JSON object");
    assertRefused("{", "not JSON");
    assertRefused(good.replace("\"timestamp\"", "\"time\""), "timestamp: is missing");
    assertRefused(good.replace("2026-03-29T", "x"), "timestamp: 'x10:00");
    assertRefused(good.replace("\"ERROR\"", "\"LOUD\""), "level: 'LOUD' is none of");
    assertRefused(good.replace("\"web-1\"", "1"), "host: must be a string");
    assertRefused(good.replace("\"kafka_offset\":42", "\"kafka_offset\":\"x\""), "kafka_offset");
    assertRefused(good.replace("\"kafka_partition\":3,", ""), "kafka_partition: is missing");
  }

  @Test
  void everyFlagHasTheNameOfItsConstant() throws IllegalAccessException {
    int flags = 0;
    for (Field field : LogFlags.class.getDeclaredFields()) {
      if (field.getType() == int.class && Modifier.isPublic(field.getModifiers())) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        assertThat(LogFlags.ofName(name)).isEqualTo(field.getInt(null));
        flags |= field.getInt(null);
      }
    }
    assertThat(LogFlags.names(flags)).isEqualTo(LogFlags.names());
    assertThat(LogFlags.ofName("unheard_of")).isZero();
  }

  @Provide
  Arbitrary<LogEvent> events() {
    return TestingEvents.events();
  }

  @Provide
  Arbitrary<String> objects() {
    return TestingEvents.jsonObjects(3);
  }

  private void assertRefused(String source, String message) {
    assertThatThrownBy(() -> LogDocument.decode(source.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining(message);
  }

  private static void flatten(String path, JsonNode node, List<String> terms) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              e ->
                  flatten(
                      path.isEmpty() ? e.getKey() : path + "." + e.getKey(), e.getValue(), terms));
    } else if (node.isArray()) {
      node.forEach(element -> flatten(path, element, terms));
    } else if (node.isTextual()) {
      terms.add(path + "=" + node.textValue());
    } else if (node.isBoolean() || node.isIntegralNumber()) {
      terms.add(path + "=" + node.asText());
    } else if (node.isNumber()) {
      // The trees of tests hold three fractions; a tree does not keep how they were written.
      terms.add(path + "=" + (node.doubleValue() == 1e3 ? "1e3" : fraction(node)));
    }
  }

  private static String fraction(JsonNode node) {
    return node.doubleValue() < 0 ? "-0.5" : "1.25E-7";
  }

  private static LogEvent inTopic(String code, LogEvent event) {
    return new LogEvent(
        event.timestampNanos(),
        event.service(),
        event.host(),
        event.region(),
        event.level(),
        event.message(),
        event.fields(),
        event.producerId(),
        event.originalTimestamp(),
        event.flags(),
        event.topic(),
        code,
        event.partition(),
        event.offset(),
        event.appendTimeMillis());
  }

  private static List<String> names(JsonNode tree) {
    List<String> names = new ArrayList<>();
    tree.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
