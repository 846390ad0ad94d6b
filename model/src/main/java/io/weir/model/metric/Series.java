package io.weir.model.metric;

import java.util.Map;
import java.util.TreeMap;

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
    Map<String, String> tags = new TreeMap<>();
    StringBuilder value = new StringBuilder();
    int at = open + 1;
    while (at < text.length() && text.charAt(at) != '}') {
      int equals = text.indexOf("=\"", at);
      if (equals < 0) {
        throw malformed(text);
      }
      String name = text.substring(at, equals);
      value.setLength(0);
      at = readValue(text, equals + 2, value) + 1;
      tags.put(name, value.toString());
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
      }
    }
    if (at != text.length() - 1) {
      throw malformed(text);
    }
    return new Series(text.substring(0, open), tags);
  }

  /** Reads up to the closing quote and returns its position. */
  private static int readValue(String text, int from, StringBuilder value) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i;
      }
      if (c == '\\' && i + 1 < text.length()) {
        c = text.charAt(++i);
        value.append(c == 'n' ? '\n' : c);
      } else {
        value.append(c);
      }
    }
    throw malformed(text);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("'" + text + "' is not the text of a series");
  }
}
