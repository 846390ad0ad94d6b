package io.weir.model.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns OTLP's JSON encoding of values into plain JSON: a list of {@code {"key":k,"value":v}} into
 * an object, an {@code AnyValue} such as {@code {"intValue":"42"}} into its value.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP, JSON
 *     Protobuf Encoding</a>
 */
final class OtlpValues {
  private OtlpValues() {}

  /**
   * Returns what a list of key-value pairs says, each value as plain JSON text; null if it is no
   * such list.
   *
   * @param array the text of a JSON array
   */
  static Map<String, String> keyValues(String array) throws IOException {
    try (JsonParser parser = JsonText.FACTORY.createParser(array)) {
      parser.nextToken();
      return keyValues(parser);
    }
  }

  /**
   * Returns the plain JSON text of an {@code AnyValue}; any other JSON comes back as it is.
   *
   * @param value the text of a JSON value
   */
  static String anyValue(String value) throws IOException {
    try (JsonParser parser = JsonText.FACTORY.createParser(value)) {
      parser.nextToken();
      return plain(parser);
    }
  }

  private static Map<String, String> keyValues(JsonParser parser) throws IOException {
    Map<String, String> pairs = new LinkedHashMap<>();
    boolean wellFormed = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.hasToken(JsonToken.START_OBJECT)) {
        parser.skipChildren();
        wellFormed = false;
        continue;
      }
      String key = null;
      String value = "null"; // OTLP leaves out an empty value
      String name;
      while ((name = parser.nextFieldName()) != null) {
        JsonToken token = parser.nextToken();
        if (name.equals("key") && token == JsonToken.VALUE_STRING) {
          key = parser.getText();
        } else if (name.equals("value")) {
          value = plain(parser);
        } else {
          parser.skipChildren();
          wellFormed = false;
        }
      }
      if (key == null) {
        wellFormed = false;
      } else {
        pairs.put(key, value);
      }
    }
    return wellFormed ? pairs : null;
  }

  /** Reads one value; an object counts as an AnyValue if its only member has the name of one. */
  private static String plain(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      return JsonText.value(parser);
    }
    Map<String, String> members = new LinkedHashMap<>();
    String plain = null;
    String name;
    while ((name = parser.nextFieldName()) != null) {
      JsonToken token = parser.nextToken();
      String converted = null;
      switch (name) {
        case "intValue", "doubleValue" -> {
          String text = JsonText.value(parser);
          members.put(name, text);
          converted = token == JsonToken.VALUE_STRING ? unquotedNumber(text) : text;
        }
        case "stringValue", "boolValue", "bytesValue" -> {
          converted = JsonText.value(parser);
          members.put(name, converted);
        }
        case "arrayValue", "kvlistValue" -> {
          String text = JsonText.value(parser);
          members.put(name, text);
          converted = listValue(text, name.equals("kvlistValue"));
        }
        default -> members.put(name, JsonText.value(parser));
      }
      plain = converted;
    }
    return members.size() == 1 && plain != null ? plain : JsonText.object(members);
  }

  /** {@code {"values":[...]}}: an array of AnyValues or a list of key-value pairs. */
  private static String listValue(String text, boolean keyed) throws IOException {
    try (JsonParser parser = JsonText.FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      String list = keyed ? "{}" : "[]"; // OTLP leaves out an empty list
      String name;
      while ((name = parser.nextFieldName()) != null) {
        if (!name.equals("values") || parser.nextToken() != JsonToken.START_ARRAY) {
          return null;
        }
        if (keyed) {
          Map<String, String> pairs = keyValues(parser);
          if (pairs == null) {
            return null;
          }
          list = JsonText.object(pairs);
        } else {
          StringBuilder array = new StringBuilder("[");
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (array.length() > 1) {
              array.append(',');
            }
            array.append(plain(parser));
          }
          list = array.append(']').toString();
        }
      }
      return list;
    }
  }

  /** 64-bit integers are strings in OTLP's JSON; NaN and infinities stay strings. */
  private static String unquotedNumber(String quoted) {
    String text = quoted.substring(1, quoted.length() - 1);
    boolean isInteger = text.matches("-?(0|[1-9][0-9]{0,18})");
    return isInteger ? text : quoted;
  }
}
