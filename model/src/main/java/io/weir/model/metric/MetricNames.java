package io.weir.model.metric;

/**
 * Names of metrics and tags by the rules of Prometheus: {@code [a-zA-Z_:][a-zA-Z0-9_:]*} and {@code
 * [a-zA-Z_][a-zA-Z0-9_]*}.
 *
 * @see <a href="https://prometheus.io/docs/concepts/data_model/">Prometheus, data model</a>
 */
public final class MetricNames {
  /** Longest name of a metric or tag. */
  public static final int MAX_LENGTH = 200;

  private static final String RESERVED_PREFIX = "__";

  private MetricNames() {}

  /**
   * Returns the name of a metric with every character that Prometheus does not allow replaced by an
   * underscore, and one in front of a leading digit; null if nothing but such characters is there,
   * or if it is too long.
   */
  public static String normalizeMetric(String name) {
    return normalize(name, true);
  }

  /**
   * Returns the name of a tag likewise; null also for names that Prometheus reserves ({@code __}).
   */
  public static String normalizeTag(String name) {
    String normal = normalize(name, false);
    return normal == null || normal.startsWith(RESERVED_PREFIX) ? null : normal;
  }

  private static String normalize(String name, boolean colons) {
    int length = name.length();
    if (length == 0 || length > MAX_LENGTH) {
      return null;
    }
    StringBuilder changed = null;
    boolean meaning = false;
    if (isDigit(name.charAt(0))) {
      changed = new StringBuilder(length + 1).append('_');
    }
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
      meaning |= letterOrDigit;
      boolean allowed = letterOrDigit || c == '_' || (colons && c == ':');
      if (!allowed && changed == null) {
        changed = new StringBuilder(length).append(name, 0, i);
      }
      if (changed != null) {
        changed.append(allowed ? c : '_');
      }
    }
    if (!meaning) {
      return null;
    }
    return changed == null ? name : changed.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
