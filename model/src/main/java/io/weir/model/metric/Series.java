package io.weir.model.metric;

import java.util.Arrays;
import java.util.Map;

/**
 * Identity of a series: the metric's name and its tags.
 *
 * @param metric name of the metric
 * @param tags normalised; iterates in order of the names
 */
public record Series(String metric, Map<String, String> tags) {
  public Series {
    tags = Tags.sorted(tags);
  }

  /**
   * Returns the series of the text that {@link MetricPoint#series()} gives.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  public static Series parse(String text) {
    int open = text.indexOf('{');
    if (open < 0) {
      return new Series(text, Map.of());
    }
    String[] tags = new String[8];
    int length = 0;
    int at = open + 1;
    while (at < text.length() && text.charAt(at) != '}') {
      int equals = text.indexOf("=\"", at);
      if (equals < 0) {
        throw malformed(text);
      }
      if (length == tags.length) {
        tags = Arrays.copyOf(tags, 2 * length);
      }
      tags[length++] = text.substring(at, equals);
      int end = endOfValue(text, equals + 2);
      tags[length++] = value(text, equals + 2, end);
      at = end + 1;
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
      }
    }
    if (at != text.length() - 1) {
      throw malformed(text);
    }
    return new Series(text.substring(0, open), Tags.ofPairs(tags, length));
  }

  /** Returns where the quote stands that closes a value. */
  private static int endOfValue(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i;
      }
      if (c == '\\') {
        i++;
      }
    }
    throw malformed(text);
  }

  private static String value(String text, int from, int to) {
    String written = text.substring(from, to);
    if (written.indexOf('\\') < 0) {
      return written;
    }
    StringBuilder value = new StringBuilder(written.length());
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c == '\\') {
        c = written.charAt(++i);
        value.append(c == 'n' ? '\n' : c);
      } else {
        value.append(c);
      }
    }
    return value.toString();
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("'" + text + "' is not the text of a series");
  }
}
