package io.weir.operators.counts;

import static java.util.Objects.requireNonNull;

import io.weir.model.metric.MetricNames;
import io.weir.model.query.QueryFields;
import io.weir.model.query.match.EventMatcher;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A metric made of log events.
 *
 * @param metric name of the metric
 * @param query which events count, in the query language
 * @param field a structured field whose numbers are observed as a distribution; null to count the
 *     events
 * @param tags fields of the event that become tags: service, host, region, level or structured ones
 * @param maxSeries most combinations of tags for each partition; events of further ones are counted
 *     under {@link CountRule#OTHER}
 */
public record Extraction(
    String metric, String query, String field, List<String> tags, int maxSeries)
    implements Serializable {

  /**
   * Checks everything, so that a job with a wrong extraction does not start.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public Extraction {
    requireNonNull(query, "query");
    if (!metric.equals(MetricNames.normalizeMetric(metric))) {
      throw new IllegalArgumentException("'" + metric + "' is no name of a metric");
    }
    if (maxSeries < 1) {
      throw new IllegalArgumentException("at least one series is needed");
    }
    tags = new ArrayList<>(tags); // of a class that Java serialization knows
    Set<String> names = new HashSet<>();
    for (String tag : tags) {
      if (!names.add(GroupTags.tagName(QueryFields.canonical(tag)))) {
        throw new IllegalArgumentException("two tags have the name of '" + tag + "'");
      }
    }
    try {
      EventMatcher.parse(query);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("query: " + e.getMessage(), e);
    }
  }

  /** Returns a text that changes with the meaning: counters of another meaning begin anew. */
  String identity() {
    return "extraction:" + metric + "|" + query + "|" + field + "|" + String.join(",", tags);
  }
}
