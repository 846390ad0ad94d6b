package io.weir.model.alert;

import io.weir.model.metric.Aggregation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * When somebody wants to be told. Flat, so that Flink serializes it as a POJO; which components a
 * kind of rule uses is said by {@link io.weir.model.json.AlertRuleJson}. A component that a kind
 * does not use is null, 0, false or empty.
 *
 * @param id identity of the rule, or null until it has one
 * @param name name for people, or null; see {@link #displayName}
 * @param kind what is looked for
 * @param metric threshold and absence: name of a metric, or of two as {@code a / b}; else null
 * @param query absence and log match: events that count, in the query language; else null
 * @param first sequence: events that start it; else null
 * @param then sequence: events that must follow (or must not, see {@code thenAbsent}); else null
 * @param thenAbsent sequence: fires when {@code then} does <em>not</em> follow in time
 * @param condition threshold and log match: how the value compares with the threshold; else null
 * @param threshold threshold and log match
 * @param durationSeconds how long the condition must hold, or how long nothing must have come
 * @param windowSeconds span of one evaluation
 * @param evaluateEverySeconds distance of evaluations
 * @param withinSeconds sequence: longest time from first to then
 * @param aggregation threshold: how the values of a window and of a group become one; else null
 * @param tags threshold and absence: only series with these tags
 * @param groupBy one alert for each combination of these tags or fields
 * @param noData what a window without data means
 * @param keepFiringForSeconds how long an alert goes on after its condition has ended
 * @param severity how bad it is
 * @param labels labels of the alert beside those of its group
 * @param annotations texts for people
 * @param notificationChannel name of an entry of the channels file
 */
public record AlertRule(
    String id,
    String name,
    Kind kind,
    String metric,
    String query,
    String first,
    String then,
    boolean thenAbsent,
    Condition condition,
    double threshold,
    long durationSeconds,
    long windowSeconds,
    long evaluateEverySeconds,
    long withinSeconds,
    Aggregation aggregation,
    Map<String, String> tags,
    List<String> groupBy,
    NoData noData,
    long keepFiringForSeconds,
    Severity severity,
    Map<String, String> labels,
    Map<String, String> annotations,
    String notificationChannel) {

  /** What is looked for. */
  public enum Kind {
    /** A metric, or the ratio of two, beyond a threshold. */
    THRESHOLD,
    /** No point of a metric or no event of a query for a while. */
    ABSENCE,
    /** More, or fewer, events of a query in a window than a threshold. */
    LOG_MATCH,
    /** One event and then another, or one and not the other, within a time. */
    SEQUENCE
  }

  /** How a value compares with a threshold. */
  public enum Condition {
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    EQUAL("=="),
    NOT_EQUAL("!=");

    private final String symbol;

    Condition(String symbol) {
      this.symbol = symbol;
    }

    /** Returns how the condition is written. */
    public String symbol() {
      return symbol;
    }

    /** Returns whether a value meets the condition. NaN meets none. */
    public boolean holds(double value, double threshold) {
      return switch (this) {
        case GREATER -> value > threshold;
        case GREATER_OR_EQUAL -> value >= threshold;
        case LESS -> value < threshold;
        case LESS_OR_EQUAL -> value <= threshold;
        case EQUAL -> value == threshold;
        case NOT_EQUAL -> value < threshold || value > threshold;
      };
    }
  }

  /** What a window without data means. */
  public enum NoData {
    /** The condition does not hold. */
    OK,
    /** The condition holds. */
    ALERT,
    /** What held before goes on. */
    KEEP
  }

  /** How bad it is. */
  public enum Severity {
    INFO,
    WARNING,
    CRITICAL
  }

  public AlertRule {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(noData, "noData");
    Objects.requireNonNull(severity, "severity");
    tags = sorted(tags);
    groupBy = List.copyOf(groupBy);
    labels = sorted(labels);
    annotations = sorted(annotations);
  }

  /** Returns the metric above the line of a ratio, or the only one. */
  public String numerator() {
    int line = metric.indexOf('/');
    return line < 0 ? metric : metric.substring(0, line).strip();
  }

  /** Returns the metric below the line of a ratio, or null if there is no ratio. */
  public String denominator() {
    int line = metric.indexOf('/');
    return line < 0 ? null : metric.substring(line + 1).strip();
  }

  /** Returns how many consecutive evaluations must breach: the duration, at least one. */
  public int requiredEvaluations() {
    return (int) Math.max(1, (durationSeconds + evaluateEverySeconds - 1) / evaluateEverySeconds);
  }

  /** Returns the name, or what says as much: what the rule looks at. */
  public String displayName() {
    if (name != null) {
      return name;
    }
    return switch (kind) {
      case THRESHOLD -> metric + " " + condition.symbol() + " " + threshold;
      case ABSENCE -> "no " + (metric != null ? metric : query) + " for " + durationSeconds + " s";
      case LOG_MATCH -> query + " " + condition.symbol() + " " + threshold;
      case SEQUENCE ->
          first + (thenAbsent ? " without " : " then ") + then + " within " + withinSeconds + " s";
    };
  }

  /** Returns the same rule under an id. */
  public AlertRule withId(String newId) {
    return new AlertRule(
        newId,
        name,
        kind,
        metric,
        query,
        first,
        then,
        thenAbsent,
        condition,
        threshold,
        durationSeconds,
        windowSeconds,
        evaluateEverySeconds,
        withinSeconds,
        aggregation,
        tags,
        groupBy,
        noData,
        keepFiringForSeconds,
        severity,
        labels,
        annotations,
        notificationChannel);
  }

  private static Map<String, String> sorted(Map<String, String> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
