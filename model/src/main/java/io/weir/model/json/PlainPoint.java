package io.weir.model.json;

import io.weir.model.log.Timestamps;
import io.weir.model.metric.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes the JSON of an ordinary metric point apart without making anything: members that are known,
 * each once, a plain number, a plain time. Metric and tags are only found, as slices of bytes, so
 * that {@link KnownSeries} can recognise them. What is not ordinary is left to {@link
 * MetricPointJson}, which also judges what metric and tags hold. Reused; not thread-safe.
 */
final class PlainPoint {
  private static final byte[] METRIC = ascii("metric");
  private static final byte[] VALUE = ascii("value");
  private static final byte[] TIMESTAMP = ascii("timestamp");
  private static final byte[] TAGS = ascii("tags");
  private static final byte[] TYPE = ascii("type");
  private static final MetricType[] TYPES = MetricType.values();
  private static final byte[][] TYPE_NAMES = typeNames();

  /** As many digits a double holds exactly, and so many powers of ten. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private static final int MAX_TIME = 40;

  private final char[] time = new char[MAX_TIME];
  private byte[] json;
  private int at;
  private int end;

  private int metricFrom;
  private int metricTo;
  private int tagsFrom;
  private int tagsTo;
  private double value;
  private boolean hasValue;
  private boolean hasTime;
  private long nanos;
  private MetricType type;

  int metricFrom() {
    return metricFrom;
  }

  /** Returns where the text of the metric ends, in front of the closing quote. */
  int metricTo() {
    return metricTo;
  }

  int tagsFrom() {
    return tagsFrom;
  }

  /** Returns where the object of the tags ends, behind its brace; as where it begins if none is. */
  int tagsTo() {
    return tagsTo;
  }

  double value() {
    return value;
  }

  boolean hasTime() {
    return hasTime;
  }

  /** Returns the time as {@link Timestamps} reads it, {@link Timestamps#UNREADABLE} included. */
  long nanos() {
    return nanos;
  }

  MetricType type() {
    return type;
  }

  /** Returns whether these bytes are an ordinary point; then the other methods say which. */
  boolean read(byte[] bytes, int from, int to) {
    json = bytes;
    at = from;
    end = to;
    metricFrom = -1;
    tagsFrom = -1;
    hasValue = false;
    hasTime = false;
    type = null;
    boolean ordinary = object() && metricFrom >= 0 && hasValue;
    if (tagsFrom < 0) {
      tagsFrom = 0;
      tagsTo = 0;
    }
    if (type == null) {
      type = MetricType.GAUGE;
    }
    json = null;
    return ordinary && (value >= 0 || !isCumulative());
  }

  private boolean isCumulative() {
    return type == MetricType.COUNTER || type == MetricType.DELTA;
  }

  private boolean object() {
    if (next() != '{') {
      return false;
    }
    int separator;
    do {
      if (!member()) {
        return false;
      }
      separator = next();
    } while (separator == ',');
    return separator == '}' && next() < 0;
  }

  private boolean member() {
    if (next() != '"') {
      return false;
    }
    int from = at;
    int to = endOfString();
    if (to < 0 || next() != ':') {
      return false;
    }
    int first = next();
    if (is(METRIC, from, to)) {
      return metricFrom < 0 && first == '"' && readMetric();
    } else if (is(VALUE, from, to)) {
      return !hasValue && readNumber(first);
    } else if (is(TIMESTAMP, from, to)) {
      return !hasTime && readTime(first);
    } else if (is(TAGS, from, to)) {
      return tagsFrom < 0 && first == '{' && readTags();
    } else if (is(TYPE, from, to)) {
      return type == null && first == '"' && readType();
    }
    return false;
  }

  private boolean readMetric() {
    metricFrom = at;
    metricTo = endOfString();
    return metricTo >= 0;
  }

  private boolean readTags() {
    tagsFrom = at - 1;
    while (at < end) {
      byte b = json[at++];
      if (b == '"') {
        if (endOfString() < 0) {
          return false;
        }
      } else if (b == '}') {
        tagsTo = at;
        return true;
      } else if (b == '{' || b == '[') {
        return false;
      }
    }
    return false;
  }

  private boolean readType() {
    int from = at;
    int to = endOfString();
    for (int i = 0; i < TYPES.length; i++) {
      if (to >= 0 && is(TYPE_NAMES[i], from, to)) {
        type = TYPES[i];
        return true;
      }
    }
    return false;
  }

  private boolean readTime(int first) {
    hasTime = true;
    int from = first == '"' ? at : at - 1;
    int to = first == '"' ? endOfString() : endOfDigits(first);
    if (to < 0 || to - from > MAX_TIME) {
      return false;
    }
    for (int i = from; i < to; i++) {
      byte b = json[i];
      if (b < ' ' || b == '\\') {
        return false;
      }
      time[i - from] = (char) b;
    }
    nanos = Timestamps.parse(time, 0, to - from);
    return true;
  }

  /** A whole number without a sign; -1 if it is another, or none. */
  private int endOfDigits(int first) {
    if (first < '1' || first > '9') {
      return -1;
    }
    while (at < end && isDigit(json[at])) {
      at++;
    }
    return endsHere() ? at : -1;
  }

  /**
   * Reads digits with at most one point. They make an exact whole number, and one division by an
   * exact power of ten rounds once: the nearest double, as everybody reads it.
   */
  private boolean readNumber(int first) {
    boolean negative = first == '-';
    int digit = negative ? next0() : first;
    if (digit < '0' || digit > '9') {
      return false;
    }
    long mantissa = digit - '0';
    int digits = 1;
    int whole = 1;
    boolean point = false;
    while (at < end) {
      byte b = json[at];
      if (isDigit(b)) {
        mantissa = mantissa * 10 + (b - '0');
        digits++;
        whole += point ? 0 : 1;
        if (digits > EXACT_DIGITS) {
          return false;
        }
      } else if (b == '.' && !point) {
        point = true;
      } else {
        break;
      }
      at++;
    }
    boolean leadingZero = digit == '0' && whole > 1;
    boolean noFraction = point && digits == whole;
    if (leadingZero || noFraction || (negative && mantissa == 0) || !endsHere()) {
      return false;
    }
    double unsigned = mantissa / POWERS[digits - whole];
    value = negative ? -unsigned : unsigned;
    hasValue = true;
    return true;
  }

  private boolean endsHere() {
    return at < end && (json[at] == ',' || json[at] == '}' || isBlank(json[at]));
  }

  /** Returns the byte after blanks, -1 at the end. */
  private int next() {
    while (at < end) {
      byte b = json[at++];
      if (!isBlank(b)) {
        return b & 0xff;
      }
    }
    return -1;
  }

  private int next0() {
    return at < end ? json[at++] : -1;
  }

  /** Goes behind the closing quote and returns where it stands; -1 if there is none. */
  private int endOfString() {
    while (at < end) {
      byte b = json[at++];
      if (b == '"') {
        return at - 1;
      }
      if (b == '\\') {
        at++;
      }
    }
    return -1;
  }

  private boolean is(byte[] name, int from, int to) {
    return Arrays.equals(json, from, to, name, 0, name.length);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[][] typeNames() {
    byte[][] names = new byte[TYPES.length][];
    for (int i = 0; i < TYPES.length; i++) {
      names[i] = ascii(ObjectReader.lowerCase(TYPES[i]));
    }
    return names;
  }
}
