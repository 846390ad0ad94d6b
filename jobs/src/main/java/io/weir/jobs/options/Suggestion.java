package io.weir.jobs.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the option that somebody probably meant. */
final class Suggestion {

  private Suggestion() {}

  /** Returns the nearest known key, unless none is near. */
  static Optional<String> nearest(String key, Collection<OptionGroup> groups) {
    int tolerated = Math.max(2, key.length() / 3);
    return groups.stream()
        .flatMap(group -> group.options().stream())
        .map(Option::key)
        .filter(known -> distance(key, known) <= tolerated)
        .min(Comparator.comparingInt(known -> distance(key, known)));
  }

  /** Levenshtein's edit distance. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
