package io.weir.model.alert;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The text of a group: {@code {host="web-1",service="payments"}}, tags in order of their names,
 * with Prometheus' escapes; {@code {}} is the group of a rule without {@code group_by}. Equal for
 * equal groups only, so that it serves as a key.
 */
public final class AlertGroup {
  /** The group of a rule that has no groups. */
  public static final String NONE = "{}";

  /**
   * Label of an alert in Alertmanager that holds the text of its group; an alert without groups has
   * none. By it alerts of the same group are found whatever tags a rule groups by.
   */
  public static final String LABEL = "alert_group";

  private AlertGroup() {}

  /** Returns the text of a group's tags. */
  public static String text(Map<String, String> tags) {
    if (tags.isEmpty()) {
      return NONE;
    }
    StringBuilder text = new StringBuilder(64).append('{');
    new TreeMap<>(tags)
        .forEach(
            (name, value) -> {
              if (text.length() > 1) {
                text.append(',');
              }
              text.append(name).append("=\"");
              appendEscaped(value, text);
              text.append('"');
            });
    return text.append('}').toString();
  }

  /**
   * Returns the text of the group of some tags.
   *
   * @param names names of the group's tags, in order and each once
   * @param tags tags of which those of the group are taken, as far as they are there
   */
  public static String text(List<String> names, Map<String, String> tags) {
    StringBuilder text = null;
    for (int i = 0; i < names.size(); i++) {
      String value = tags.get(names.get(i));
      if (value != null) {
        text = text == null ? new StringBuilder(64).append('{') : text.append(',');
        text.append(names.get(i)).append("=\"");
        appendEscaped(value, text);
        text.append('"');
      }
    }
    return text == null ? NONE : text.append('}').toString();
  }

  /** Returns the key of an alert in its topics: the rule's id and the text of the group. */
  public static String key(String alertId, Map<String, String> tags) {
    return alertId + text(tags);
  }

  /**
   * Returns the tags of a group's text, in order of their names.
   *
   * @throws IllegalArgumentException if it is no text that {@link #text} has made
   */
  public static Map<String, String> parse(String text) {
    if (text.equals(NONE)) {
      return Map.of();
    }
    TreeMap<String, String> tags = new TreeMap<>();
    int at = 1;
    while (at < text.length() && text.charAt(text.length() - 1) == '}') {
      int equals = text.indexOf("=\"", at);
      if (equals < 0) {
        break;
      }
      StringBuilder value = new StringBuilder();
      int end = unescape(text, equals + 2, value);
      tags.put(text.substring(at, equals), value.toString());
      at = end + 2;
      if (end + 1 == text.length() - 1) {
        return Collections.unmodifiableSortedMap(tags);
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not the text of a group");
  }

  /** Returns where the closing quotation mark stands. */
  private static int unescape(String text, int from, StringBuilder value) {
    int at = from;
    for (; at < text.length() && text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        at++;
        value.append(text.charAt(at) == 'n' ? '\n' : text.charAt(at));
      } else {
        value.append(c);
      }
    }
    return at;
  }

  private static void appendEscaped(String value, StringBuilder to) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> to.append("\\\\");
        case '"' -> to.append("\\\"");
        case '\n' -> to.append("\\n");
        default -> to.append(c);
      }
    }
  }
}
