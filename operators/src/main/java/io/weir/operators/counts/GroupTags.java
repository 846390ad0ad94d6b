package io.weir.operators.counts;

import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricNames;
import io.weir.model.query.QueryFields;
import io.weir.model.query.match.MatchedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fields of events that become tags of points, under names by Prometheus' rules. */
final class GroupTags {
  private final List<String> fields = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  /**
   * Creates the tags of some fields.
   *
   * @throws IllegalArgumentException if a field has no name that a tag can have
   */
  GroupTags(List<String> fieldNames) {
    for (String field : fieldNames) {
      String canonical = QueryFields.canonical(field);
      fields.add(canonical);
      names.add(tagName(canonical));
    }
  }

  static String tagName(String field) {
    String name = MetricNames.normalizeTag(field);
    if (name == null) {
      throw new IllegalArgumentException("'" + field + "' has no name that a tag can have");
    }
    return name;
  }

  boolean isEmpty() {
    return fields.isEmpty();
  }

  int size() {
    return fields.size();
  }

  /** Returns the values of an event, an empty one where it has no such field. */
  List<String> values(MatchedEvent event) {
    if (fields.isEmpty()) {
      return List.of();
    }
    String[] values = new String[fields.size()];
    for (int i = 0; i < values.length; i++) {
      String value = event.value(fields.get(i));
      values[i] = value == null ? "" : bounded(value);
    }
    return List.of(values);
  }

  private static String bounded(String value) {
    return value.length() <= MetricPointJson.MAX_TAG_VALUE
        ? value
        : value.substring(0, MetricPointJson.MAX_TAG_VALUE);
  }

  /** Returns the tags of values, with others that win where a name is the same. */
  Map<String, String> tags(List<String> values, Map<String, String> others) {
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).isEmpty()) {
        tags.put(names.get(i), values.get(i));
      }
    }
    tags.putAll(others);
    return tags;
  }
}
