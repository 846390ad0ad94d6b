package io.weir.model.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes the members of one JSON object, leaving out those that are null or empty. */
final class ObjectWriter {
  private static final double EXACT_WHOLE_NUMBERS = 1L << 53;

  private final JsonBytes json;
  private char before = '{';

  ObjectWriter(JsonBytes json) {
    this.json = json;
  }

  ObjectWriter text(String name, String value) {
    if (value != null) {
      name(name);
      json.string(value);
    }
    return this;
  }

  ObjectWriter constant(String name, Enum<?> value) {
    return value == null ? this : text(name, ObjectReader.lowerCase(value));
  }

  ObjectWriter number(String name, long value) {
    name(name);
    json.number(value);
    return this;
  }

  /** A finite number; a whole one without a fraction. */
  ObjectWriter number(String name, double value) {
    name(name);
    boolean whole = value == Math.rint(value) && Math.abs(value) <= EXACT_WHOLE_NUMBERS;
    if (whole && (value != 0 || 1 / value > 0)) {
      json.number((long) value);
    } else {
      json.raw(Double.toString(value).getBytes(StandardCharsets.US_ASCII));
    }
    return this;
  }

  ObjectWriter texts(String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      name(name);
      ObjectWriter nested = new ObjectWriter(json);
      values.forEach(nested::text);
      nested.end();
    }
    return this;
  }

  ObjectWriter texts(String name, List<String> values) {
    if (!values.isEmpty()) {
      name(name);
      char separator = '[';
      for (String value : values) {
        json.raw(separator);
        json.string(value);
        separator = ',';
      }
      json.raw(']');
    }
    return this;
  }

  /** Writes the name of a member whose value the caller writes next. */
  void name(String name) {
    json.raw(before);
    before = ',';
    json.string(name);
    json.raw(':');
  }

  void end() {
    if (before == '{') {
      json.raw('{');
    }
    json.raw('}');
  }
}
