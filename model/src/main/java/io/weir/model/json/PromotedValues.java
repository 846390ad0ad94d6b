package io.weir.model.json;

import com.fasterxml.jackson.core.JsonParser;
import io.weir.model.index.PromotedFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Collects the values of promoted fields while {@link FieldTerms} walks through an event's fields,
 * and writes them as the object {@code promoted}. A value that does not convert to its field's type
 * is left out and counted; it never makes a document that Elasticsearch refuses. Not thread-safe.
 */
final class PromotedValues {
  /** Most values of one event; what exceeds that is left out. */
  static final int MAX_VALUES = 256;

  /** A longer text is no number that anybody means. */
  private static final int MAX_NUMBER_CHARS = 100;

  /** A whole number of at most so many digits is a long without a closer look. */
  private static final int SAFE_LONG_DIGITS = 18;

  private static final byte[] OPEN =
      (",\"" + DocumentFields.PROMOTED + "\":{").getBytes(StandardCharsets.US_ASCII);

  private final byte[][] keys;
  private final byte[][] members;
  private final PromotedFields.Type[] types;

  /** Fields by the length of their keys: few have the same. */
  private final int[][] byLength;

  // Of each value its field and where it stands in the buffer, as JSON.
  private final JsonBytes values = new JsonBytes(256);
  private final int[] fields = new int[MAX_VALUES];
  private final int[] ends = new int[MAX_VALUES];
  private int count;
  private long leftOut;

  PromotedValues(PromotedFields promoted) {
    int size = promoted.types().size();
    keys = new byte[size][];
    members = new byte[size][];
    types = new PromotedFields.Type[size];
    int field = 0;
    int longest = 0;
    for (Map.Entry<String, PromotedFields.Type> entry : promoted.types().entrySet()) {
      keys[field] = entry.getKey().getBytes(StandardCharsets.UTF_8);
      members[field] = ("\"" + entry.getKey() + "\":").getBytes(StandardCharsets.UTF_8);
      types[field] = entry.getValue();
      longest = Math.max(longest, keys[field].length);
      field++;
    }
    byLength = new int[longest + 1][0];
    for (int i = 0; i < size; i++) {
      int length = keys[i].length;
      byLength[length] = Arrays.copyOf(byLength[length], byLength[length].length + 1);
      byLength[length][byLength[length].length - 1] = i;
    }
  }

  /** Values left out since this was made. */
  long leftOut() {
    return leftOut;
  }

  /** Forgets the values of the last event. */
  void clear() {
    count = 0;
    values.clear();
  }

  /**
   * Takes a scalar value if its field is promoted.
   *
   * @param path dotted key as the fields' JSON has it, escapes included
   * @param source holds the value: the inside of a string, or a number or boolean
   */
  void offer(byte[] path, int pathLength, byte[] source, int from, int to) {
    int field = field(path, pathLength);
    if (field < 0) {
      return;
    }
    if (count == MAX_VALUES || !convert(types[field], source, from, to)) {
      leftOut++;
      return;
    }
    fields[count] = field;
    ends[count] = values.length;
    count++;
  }

  /** Writes the object as a further member; nothing where no value was taken. */
  void appendTo(JsonBytes json) {
    if (count == 0) {
      return;
    }
    json.raw(OPEN);
    boolean first = true;
    for (int field = 0; field < keys.length; field++) {
      if (appendField(json, field, first)) {
        first = false;
      }
    }
    json.raw('}');
  }

  private boolean appendField(JsonBytes json, int field, boolean firstField) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      found += fields[i] == field ? 1 : 0;
    }
    if (found == 0) {
      return false;
    }
    if (!firstField) {
      json.raw(',');
    }
    json.raw(members[field]);
    char before = '[';
    for (int i = 0; i < count; i++) {
      if (fields[i] == field) {
        if (found > 1) {
          json.raw(before);
          before = ',';
        }
        int start = i == 0 ? 0 : ends[i - 1];
        json.raw(values.bytes, start, ends[i] - start);
      }
    }
    if (found > 1) {
      json.raw(']');
    }
    return true;
  }

  private int field(byte[] path, int length) {
    for (int i = 0; i < length; i++) {
      if (path[i] == '\\') {
        byte[] plain = unescaped(path, length);
        return plainField(plain, plain.length);
      }
    }
    return plainField(path, length);
  }

  private int plainField(byte[] path, int length) {
    if (length >= byLength.length) {
      return -1;
    }
    for (int field : byLength[length]) {
      if (Arrays.equals(keys[field], 0, length, path, 0, length)) {
        return field;
      }
    }
    return -1;
  }

  private static byte[] unescaped(byte[] path, int length) {
    JsonBytes string = new JsonBytes(length + 2);
    string.raw('"');
    string.raw(path, 0, length);
    string.raw('"');
    try (JsonParser parser = Json.FACTORY.createParser(string.bytes, 0, string.length)) {
      parser.nextToken();
      return parser.getText().getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // unreachable: it was a key of valid JSON
    }
  }

  /** Appends the value to the buffer as JSON of the type; returns whether it can be. */
  private boolean convert(PromotedFields.Type type, byte[] source, int from, int to) {
    return switch (type) {
      case KEYWORD -> keyword(source, from, to);
      case LONG -> wholeNumber(source, from, to);
      case DOUBLE -> number(source, from, to);
    };
  }

  private boolean keyword(byte[] source, int from, int to) {
    // A byte is at most one character, so the exact count is needed only past the limit.
    if (to - from > PromotedFields.MAX_KEYWORD_CHARS
        && FieldTerms.chars(source, from, to) > PromotedFields.MAX_KEYWORD_CHARS) {
      return false;
    }
    values.raw('"');
    values.raw(source, from, to - from);
    values.raw('"');
    return true;
  }

  private boolean wholeNumber(byte[] source, int from, int to) {
    if (!isNumber(source, from, to)) {
      return false;
    }
    int digits = from + (source[from] == '-' ? 1 : 0);
    boolean plain = to - digits <= SAFE_LONG_DIGITS;
    for (int i = digits; plain && i < to; i++) {
      plain = source[i] >= '0' && source[i] <= '9';
    }
    if (plain) {
      values.raw(source, from, to - from);
      return true;
    }
    try {
      values.number(new BigDecimal(ascii(source, from, to)).longValueExact());
      return true;
    } catch (ArithmeticException | NumberFormatException e) {
      return false; // a fraction, too large, or an exponent beyond all measure
    }
  }

  private boolean number(byte[] source, int from, int to) {
    if (!isNumber(source, from, to)
        || Double.isInfinite(Double.parseDouble(ascii(source, from, to)))) {
      return false;
    }
    values.raw(source, from, to - from);
    return true;
  }

  private static String ascii(byte[] source, int from, int to) {
    return new String(source, from, to - from, StandardCharsets.US_ASCII);
  }

  /** Whether the text is a number in JSON's grammar, also where it stood in a string. */
  private static boolean isNumber(byte[] source, int from, int to) {
    if (to - from > MAX_NUMBER_CHARS) {
      return false;
    }
    int i = from < to && source[from] == '-' ? from + 1 : from;
    int start = i;
    i = digits(source, i, to);
    if (i == start || (source[start] == '0' && i > start + 1)) {
      return false;
    }
    if (i < to && source[i] == '.') {
      start = i + 1;
      i = digits(source, start, to);
      if (i == start) {
        return false;
      }
    }
    if (i < to && (source[i] | 0x20) == 'e') {
      start = i + 1 < to && (source[i + 1] == '+' || source[i + 1] == '-') ? i + 2 : i + 1;
      i = digits(source, start, to);
      if (i == start) {
        return false;
      }
    }
    return i == to;
  }

  private static int digits(byte[] source, int from, int to) {
    int i = from;
    while (i < to && source[i] >= '0' && source[i] <= '9') {
      i++;
    }
    return i;
  }
}
