package io.weir.model.log;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A list of {@code {"key":k,"value":v}} of a record, read where it stands: of each pair the places
 * of its key and of its value as plain JSON, so that both can be copied. {@link OtlpValues} reads
 * the same lists as text; what is no simple value is left to it.
 */
final class OtlpPairs {
  /** Stands for a value that OTLP left out because it is empty. */
  private static final String NULL = "null";

  private static final int COMPARED_ONE_BY_ONE = 16;

  private final JsonScanner scanner;
  private String[] keys = new String[8];
  private int[] keyFrom = new int[8];
  private int[] keyTo = new int[8];
  private int[] valueFrom = new int[8];
  private int[] valueTo = new int[8];

  /** Values that cannot be copied from the record; null where they can. */
  private String[] converted = new String[8];

  private int count;
  private Map<String, Integer> many;

  private OtlpPairs(JsonScanner scanner) {
    this.scanner = scanner;
  }

  /**
   * Reads an array of a record that the scanner has been through.
   *
   * @return null if it is no list of pairs
   */
  static OtlpPairs read(JsonScanner scanner, int from, int to)
      throws IOException, MalformedJsonException, RejectedRecordException {
    OtlpPairs pairs = new OtlpPairs(scanner);
    JsonScanner list = scanner.part(from, to);
    boolean more = list.enterArray();
    while (more) {
      if (list.peek() != '{' || !pairs.pair(list)) {
        return null;
      }
      more = list.nextElement();
    }
    return pairs;
  }

  private boolean pair(JsonScanner list)
      throws IOException, MalformedJsonException, RejectedRecordException {
    String text = NULL;
    int from = 0;
    int to = 0;
    boolean more = list.enterObject();
    String key = null;
    int nameFrom = 0;
    int nameTo = 0;
    while (more) {
      String name = list.name();
      if (name.equals("key") && list.peek() == '"') {
        nameFrom = list.position();
        list.skipString();
        nameTo = list.position();
        key = list.string();
      } else if (name.equals("value")) {
        Value value = value(list);
        text = value.converted;
        from = value.from;
        to = value.to;
      } else {
        return false;
      }
      more = list.nextMember();
    }
    if (key == null) {
      return false;
    }
    int place = place(key);
    keys[place] = key;
    keyFrom[place] = nameFrom;
    keyTo[place] = nameTo;
    converted[place] = text;
    valueFrom[place] = from;
    valueTo[place] = to;
    return true;
  }

  /** Of a key that stands twice the last value counts, in the first one's place. */
  private int place(String key) {
    if (many == null && count == COMPARED_ONE_BY_ONE) {
      many = new HashMap<>();
      for (int i = 0; i < count; i++) {
        many.put(keys[i], i);
      }
    }
    if (many != null) {
      Integer known = many.putIfAbsent(key, count);
      if (known != null) {
        return known;
      }
    } else {
      for (int i = 0; i < count; i++) {
        if (keys[i].equals(key)) {
          return i;
        }
      }
    }
    if (count == keys.length) {
      int capacity = 2 * count;
      keys = Arrays.copyOf(keys, capacity);
      keyFrom = Arrays.copyOf(keyFrom, capacity);
      keyTo = Arrays.copyOf(keyTo, capacity);
      valueFrom = Arrays.copyOf(valueFrom, capacity);
      valueTo = Arrays.copyOf(valueTo, capacity);
      converted = Arrays.copyOf(converted, capacity);
    }
    return count++;
  }

  private record Value(String converted, int from, int to) {}

  /** Reads one value; an object counts as an AnyValue if its only member has the name of one. */
  private Value value(JsonScanner list)
      throws IOException, MalformedJsonException, RejectedRecordException {
    byte first = list.peek();
    int from = list.position();
    if (first != '{' || !list.enterObject()) {
      if (first != '{') {
        list.skipValue();
      }
      return new Value(null, from, list.position());
    }
    String name = list.name();
    byte innerFirst = list.peek();
    int innerFrom = list.position();
    list.skipValue();
    int innerTo = list.position();
    boolean more = list.nextMember();
    boolean alone = !more;
    while (more) {
      list.name();
      list.skipValue();
      more = list.nextMember();
    }
    int to = list.position();
    if (!alone) {
      return new Value(null, from, to);
    }
    return switch (name) {
      case "stringValue", "boolValue", "bytesValue" -> new Value(null, innerFrom, innerTo);
      case "intValue", "doubleValue" ->
          innerFirst == '"' && scanner.isInteger(innerFrom + 1, innerTo - 1)
              ? new Value(null, innerFrom + 1, innerTo - 1)
              : new Value(null, innerFrom, innerTo);
      case "arrayValue", "kvlistValue" ->
          new Value(OtlpValues.anyValue(scanner.text(from, to)), from, to);
      default -> new Value(null, from, to);
    };
  }

  int size() {
    return count;
  }

  String key(int pair) {
    return keys[pair];
  }

  /**
   * Whether the value is a string, number or boolean; only then are its places good for reading.
   */
  boolean isScalar(int pair) {
    if (converted[pair] != null) {
      return false;
    }
    byte first = scanner.byteAt(valueFrom[pair]);
    return first != '{' && first != '[' && first != 'n';
  }

  int valueFrom(int pair) {
    return valueFrom[pair];
  }

  int valueTo(int pair) {
    return valueTo[pair];
  }

  /** Appends the pairs as members of an object. */
  void appendMembers(FieldsText fields) {
    for (int i = 0; i < count; i++) {
      fields.comma(i > 0);
      appendPair(fields, i);
    }
  }

  /** Appends one pair as a member of an object. */
  void appendPair(FieldsText fields, int pair) {
    fields.copy(keyFrom[pair], keyTo[pair]);
    fields.colon();
    if (converted[pair] == null) {
      fields.copy(valueFrom[pair], valueTo[pair]);
    } else {
      fields.append(converted[pair]);
    }
  }

  /** Returns the pairs as the text of an object. */
  String object() {
    FieldsText text = new FieldsText(scanner);
    text.open();
    appendMembers(text);
    text.close();
    return text.toString();
  }
}
