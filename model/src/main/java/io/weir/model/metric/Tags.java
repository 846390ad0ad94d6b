package io.weir.model.metric;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Tags of series. */
final class Tags {
  private Tags() {}

  /** Returns an unmodifiable copy that iterates in order of the names. */
  static Map<String, String> sorted(Map<String, String> tags) {
    if (tags.isEmpty()) {
      return Map.of();
    }
    return Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }
}
