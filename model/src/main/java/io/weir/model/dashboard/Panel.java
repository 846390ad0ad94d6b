package io.weir.model.dashboard;

import io.weir.model.metric.Aggregation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One query of a dashboard and how it is shown.
 *
 * @param title name for people
 * @param kind what is shown; the components of other kinds are null, 0 or empty
 * @param metric metric, stat and table: its name
 * @param tags metric: only series with these tags
 * @param aggregation metric: how values become one; null for the metric's own default
 * @param groupBy metric: one line for each combination of these tags
 * @param stepSeconds metric: distance of data points; 0 for one that fits the range
 * @param query logs and histogram: events that are shown, in the query language
 * @param limit logs: most lines
 * @param width columns of twelve
 */
public record Panel(
    String title,
    Kind kind,
    String metric,
    Map<String, String> tags,
    Aggregation aggregation,
    List<String> groupBy,
    long stepSeconds,
    String query,
    int limit,
    int width) {

  /** What a panel shows. */
  public enum Kind {
    /** A metric over time. */
    METRIC,
    /** The last value of a metric, large. */
    STAT,
    /** The last value of each series of a metric. */
    TABLE,
    /** Log lines. */
    LOGS,
    /** Number of log lines over time by level. */
    LOG_HISTOGRAM
  }

  public Panel {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(kind, "kind");
    tags = tags.isEmpty() ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    groupBy = List.copyOf(groupBy);
  }
}
