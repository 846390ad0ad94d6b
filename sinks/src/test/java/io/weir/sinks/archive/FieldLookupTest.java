package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldLookupTest {
  private static final List<String> KEYS = List.of("request_id", "requestId");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"request_id\":\"abc\"}|abc",
        " { \"a\" : 1 , \"request_id\" : \"abc\" , \"b\" : 2 } |abc",
        "{\"request_id\":42}|42",
        "{\"request_id\":true }|true",
        "{\"request_id\":-1.5e3\t}|-1.5e3",
        "{\"a\":[1,{\"request_id\":\"x\"}],\"request_id\":\"y\"}|y",
        "{\"a\":\"request_id\",\"requestId\":\"y\"}|y",
        "{\"requestId\":\"second\",\"request_id\":\"first\"}|first",
        "{\"request_id\":\"first\",\"requestId\":\"second\"}|first",
        "{\"request_id\":\"a\",\"request_id\":\"b\"}|b",
        "{\"request_id\":null,\"requestId\":\"b\"}|b",
        "{\"request_id\":\"\",\"requestId\":\"b\"}|b",
        "{\"a\":\"\\\\\",\"request_id\":\"b\"}|b",
        "{\"a\":\"\\\"request_id\\\":\\\"no\",\"request_id\":\"b\"}|b",
        "{\"request_id\":\"a\\\"b\\\\c\\u00e9\\n\"}|'a\"b\\cé\n'",
      })
  void findsTheTopLevelValue(String json, String value) {
    assertThat(find(json)).as(json).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "null",
        "[]",
        "{ }",
        "{\"a\":1}",
        "{\"a\":{\"request_id\":\"x\"}}",
        "{\"request_id\":{\"x\":1}}",
        "{\"request_id\":[1]}",
        "{\"request_id\":null}",
        "{\"request_id\"",
        "{\"request_id\":",
        "{\"request_id\":\"x",
        "{\"request_id\":\"x\"",
        "{\"request_id\" \"x\"}",
        "{\"request_id\":}",
        "{request_id:1}",
        "{\"request_id\":\"\\u00\"}",
        "{\"request_id\":\"x\\",
        "{\"a\":{\"b\":",
      })
  void findsNothingElsewhereNorInBrokenText(String json) {
    assertThat(find(json)).isNull();
  }

  @Test
  void ignoresValuesThatAreTooLongForAnId() {
    String limit = "x".repeat(FieldLookup.MAX_VALUE_CHARS);
    assertThat(find("{\"request_id\":\"" + limit + "\"}")).isEqualTo(limit);
    assertThat(find("{\"request_id\":\"" + limit + "x\"}")).isNull();
  }

  @Test
  void answersSeveralQuestionsInOneWalk() {
    FieldLookup lookup = new FieldLookup(List.of(List.of("a"), List.of(), List.of("b", "a")));
    lookup.read("{\"a\":1,\"c\":2}");
    assertThat(lookup.value(0)).isEqualTo("1");
    assertThat(lookup.value(1)).isNull();
    assertThat(lookup.value(2)).isEqualTo("1");
    lookup.read("{\"b\":3}");
    assertThat(lookup.value(0)).isNull();
    assertThat(lookup.value(2)).isEqualTo("3");
  }

  @Test
  void agreesWithAJsonParserOnRandomObjects() throws Exception {
    Random random = new Random(11);
    ObjectMapper mapper = new ObjectMapper();
    for (int i = 0; i < 20_000; i++) {
      ObjectNode object = mapper.createObjectNode();
      for (int j = random.nextInt(6); j > 0; j--) {
        object.set(key(random), value(random, mapper, 3));
      }
      JsonNode tree = object.get("request_id");
      if (!isId(tree)) {
        tree = object.get("requestId");
      }
      String json =
          random.nextBoolean()
              ? mapper.writeValueAsString(object)
              : mapper.writerWithDefaultPrettyPrinter().writeValueAsString(object);
      assertThat(find(json)).as(json).isEqualTo(isId(tree) ? tree.asText() : null);
    }
  }

  private static boolean isId(JsonNode node) {
    return node != null && node.isValueNode() && !node.isNull() && !node.asText().isEmpty();
  }

  private static String key(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "request_id";
      case 1 -> "requestId";
      case 2 -> "request_ix";
      case 3 -> "a\"b\\";
      default -> "k" + random.nextInt(3);
    };
  }

  private static JsonNode value(Random random, ObjectMapper mapper, int depth) {
    switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0:
        return mapper.getNodeFactory().nullNode();
      case 1:
        return mapper.getNodeFactory().numberNode(random.nextInt());
      case 2:
        return mapper.getNodeFactory().booleanNode(random.nextBoolean());
      case 3:
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
          text.append("{}[]\",:\\ \nab\u00e9\u0000".charAt(random.nextInt(14)));
        }
        return mapper.getNodeFactory().textNode(text.toString());
      case 4:
        ArrayNode array = mapper.createArrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          array.add(value(random, mapper, depth - 1));
        }
        return array;
      default:
        ObjectNode object = mapper.createObjectNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          object.set(key(random), value(random, mapper, depth - 1));
        }
        return object;
    }
  }

  private static String find(String json) {
    FieldLookup lookup = new FieldLookup(List.of(KEYS));
    lookup.read(json);
    return lookup.value(0);
  }
}
