package io.weir.model.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON taken apart and put together as text, for the records whose fields cannot be copied in one
 * piece. Numbers stay as they were written; of a key that stands twice the last value counts.
 */
final class JsonText {
  /**
   * Strict JSON, for all parsing of this package. Keys are not interned, because producers' keys
   * are without number, and many colliding keys are slow but no error. Nesting is bounded by the
   * callers and strings by the record.
   */
  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  /**
   * Returns the members of an object in order, each value as JSON text without a key twice.
   *
   * @param object the text of a JSON object
   */
  static Map<String, String> members(String object) throws IOException {
    try (JsonParser parser = FACTORY.createParser(object)) {
      parser.nextToken();
      return members(parser);
    }
  }

  /** Reads the members of the object that the parser has just entered. */
  static Map<String, String> members(JsonParser parser) throws IOException {
    Map<String, String> members = new LinkedHashMap<>();
    String key;
    while ((key = parser.nextFieldName()) != null) {
      parser.nextToken();
      members.put(key, value(parser));
    }
    return members;
  }

  /** Returns the text of the value at which the parser stands, and leaves it at the value's end. */
  static String value(JsonParser parser) throws IOException {
    if (parser.hasToken(JsonToken.START_OBJECT)) {
      return object(members(parser));
    }
    if (parser.hasToken(JsonToken.START_ARRAY)) {
      StringBuilder array = new StringBuilder("[");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (array.length() > 1) {
          array.append(',');
        }
        array.append(value(parser));
      }
      return array.append(']').toString();
    }
    if (parser.hasToken(JsonToken.VALUE_STRING)) {
      return quote(parser.getText());
    }
    return parser.getText();
  }

  /** Returns the same JSON with no key twice in one object. */
  static String withoutDuplicates(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return value(parser);
    }
  }

  /** Returns the text of a JSON string. */
  static String unquote(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return parser.getText();
    }
  }

  /** Returns an object of members whose values are JSON text. */
  static String object(Map<String, String> members) {
    StringBuilder object = new StringBuilder("{");
    for (Map.Entry<String, String> member : members.entrySet()) {
      if (object.length() > 1) {
        object.append(',');
      }
      quote(member.getKey(), object);
      object.append(':').append(member.getValue());
    }
    return object.append('}').toString();
  }

  /** Returns a JSON string. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 8);
    quote(text, quoted);
    return quoted.toString();
  }

  private static void quote(String text, StringBuilder into) {
    into.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        into.append('\\').append(c);
      } else if (c < ' ') {
        into.append("\\u")
            .append(HEX[c >> 12])
            .append(HEX[c >> 8 & 15])
            .append(HEX[c >> 4 & 15])
            .append(HEX[c & 15]);
      } else {
        into.append(c);
      }
    }
    into.append('"');
  }
}
