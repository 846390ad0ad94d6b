package io.weir.model.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.model.validation.FieldError;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Reads the members of one JSON object and collects what is wrong with them instead of stopping at
 * the first. A member that is wrong reads as if it were absent; null does too.
 */
final class ObjectReader {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(Json.WITHOUT_DUPLICATES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int MAX_ENTRIES = 64;

  private final JsonNode object;
  private final String path;
  private final List<FieldError> errors;
  private final Set<String> read = new LinkedHashSet<>();

  private ObjectReader(JsonNode object, String path, List<FieldError> errors) {
    this.object = object;
    this.path = path;
    this.errors = errors;
  }

  /**
   * Reads an object from JSON.
   *
   * @throws InvalidRecordException if it is not one JSON object
   */
  static ObjectReader of(byte[] json, String what) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getMessage());
    }
    if (tree == null || !tree.isObject()) {
      throw new InvalidRecordException("", what + " is a JSON object");
    }
    return new ObjectReader(tree, "", new ArrayList<>());
  }

  boolean has(String name) {
    read.add(name);
    return object.hasNonNull(name);
  }

  /** Returns a string of 1 to {@code max} characters, or null. */
  String text(String name, int max) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      error(name, "must be a string");
      return null;
    }
    String text = value.textValue();
    if (text.isBlank() || text.length() > max) {
      error(name, "must have 1 to " + max + " characters");
      return null;
    }
    return text;
  }

  String requiredText(String name, int max) {
    require(name);
    return text(name, max);
  }

  /** Returns a whole number in a range, or what stands for an absent one. */
  long wholeNumber(String name, long min, long max, long absent) {
    JsonNode value = value(name);
    if (value == null) {
      return absent;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      error(name, "must be a whole number");
      return absent;
    }
    long number = value.longValue();
    if (number < min || number > max) {
      error(name, "must be between " + min + " and " + max);
      return absent;
    }
    return number;
  }

  /**
   * Returns a finite number, also one written as a percentage, or what stands for an absent one.
   */
  double number(String name, double absent) {
    JsonNode value = value(name);
    if (value == null) {
      return absent;
    }
    double number = Double.NaN;
    if (value.isNumber()) {
      number = value.doubleValue();
    } else if (value.isTextual() && value.textValue().strip().endsWith("%")) {
      String percent = value.textValue().strip();
      try {
        number = Double.parseDouble(percent.substring(0, percent.length() - 1)) / 100;
      } catch (NumberFormatException e) {
        number = Double.NaN;
      }
    }
    if (!Double.isFinite(number)) {
      error(name, "must be a number, or a percentage such as \"1%\"");
      return absent;
    }
    return number;
  }

  /** Returns a constant by its name in lower case, or what stands for an absent one. */
  <E extends Enum<E>> E constant(String name, E[] constants, E absent) {
    JsonNode value = value(name);
    if (value == null) {
      return absent;
    }
    for (E constant : constants) {
      if (value.isTextual() && lowerCase(constant).equals(value.textValue())) {
        return constant;
      }
    }
    error(
        name,
        "must be one of "
            + Arrays.stream(constants)
                .map(ObjectReader::lowerCase)
                .collect(Collectors.joining(", ")));
    return absent;
  }

  /** Returns a string map whose keys are normalised; a key that normalises to null is wrong. */
  Map<String, String> texts(String name, UnaryOperator<String> normalize, int maxValue) {
    JsonNode value = value(name);
    Map<String, String> texts = new LinkedHashMap<>();
    if (value == null) {
      return texts;
    }
    if (!value.isObject() || value.size() > MAX_ENTRIES) {
      error(name, "must be an object of at most " + MAX_ENTRIES + " strings");
      return texts;
    }
    Iterator<Map.Entry<String, JsonNode>> entries = value.fields();
    while (entries.hasNext()) {
      Map.Entry<String, JsonNode> entry = entries.next();
      String member = name + "." + entry.getKey();
      String key = normalize.apply(entry.getKey());
      if (key == null) {
        error(member, "is no name that can be used here");
      } else if (!entry.getValue().isTextual()
          || entry.getValue().textValue().length() > maxValue) {
        error(member, "must be a string of at most " + maxValue + " characters");
      } else if (texts.putIfAbsent(key, entry.getValue().textValue()) != null) {
        error(member, "is the same name as another one: " + key);
      }
    }
    return texts;
  }

  /** Returns a list of different normalised strings; one that normalises to null is wrong. */
  List<String> names(String name, UnaryOperator<String> normalize, int max) {
    JsonNode value = value(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.size() > max) {
      error(name, "must be a list of at most " + max + " names");
      return List.of();
    }
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < value.size(); i++) {
      String entry = value.get(i).isTextual() ? normalize.apply(value.get(i).textValue()) : null;
      if (entry == null) {
        error(name + "[" + i + "]", "is no name that can be used here");
      } else if (!names.add(entry)) {
        error(name + "[" + i + "]", "stands twice: " + entry);
      }
    }
    return List.copyOf(names);
  }

  /** Returns readers of a list's objects; their errors are this one's. */
  List<ObjectReader> objects(String name, int max) {
    JsonNode value = value(name);
    List<ObjectReader> readers = new ArrayList<>();
    if (value == null) {
      return readers;
    }
    if (!value.isArray() || value.size() > max) {
      error(name, "must be a list of at most " + max + " objects");
      return readers;
    }
    for (int i = 0; i < value.size(); i++) {
      String member = name + "[" + i + "]";
      if (value.get(i).isObject()) {
        readers.add(new ObjectReader(value.get(i), path + member + ".", errors));
      } else {
        error(member, "must be an object");
      }
    }
    return readers;
  }

  boolean require(String name) {
    if (!has(name)) {
      error(name, "is missing");
      return false;
    }
    return true;
  }

  void error(String name, String problem) {
    FieldError error = new FieldError(path + name, problem);
    if (!errors.contains(error)) {
      errors.add(error);
    }
  }

  /** Says of every member that nobody asked for that it is unknown. */
  void rejectUnknown() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!read.contains(name)) {
                error(name, "is unknown; known are " + String.join(", ", read));
              }
            });
  }

  /** Throws if anything was wrong. */
  void finish() {
    if (!errors.isEmpty()) {
      throw new InvalidRecordException(errors);
    }
  }

  static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private JsonNode value(String name) {
    return has(name) ? object.get(name) : null;
  }
}
