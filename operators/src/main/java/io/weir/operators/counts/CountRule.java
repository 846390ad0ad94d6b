package io.weir.operators.counts;

import io.weir.model.alert.AlertRule;
import io.weir.model.json.DocumentFields;
import io.weir.model.metric.RuleMetrics;
import io.weir.model.query.match.EventMatcher;
import io.weir.model.query.match.MatchedEvent;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is made of events: which, of what fields, under which name. Immutable. */
final class CountRule {
  /** Stands for every value of every tag once there are too many series. */
  static final String OTHER = "__other__";

  /** What becomes of an event that the query finds. */
  enum Kind {
    /** One more in a counter. */
    COUNT,
    /** A counter that somebody waits for: its points must not pause while nothing matches. */
    ANSWER,
    /** A point of its own. */
    EVENT,
    /** A point of its own with the number that a field holds. */
    OBSERVATION
  }

  private static final int MAX_SERIES_OF_TOTALS = 20_000;
  private static final int MAX_SERIES_OF_RULE = 1_000;

  private final String owner;
  private final Kind kind;
  private final String metric;
  private final EventMatcher matcher;
  private final String field;
  private final GroupTags groups;
  private final Map<String, String> fixedTags;
  private final int maxSeries;

  private CountRule(
      String owner,
      Kind kind,
      String metric,
      EventMatcher matcher,
      String field,
      GroupTags groups,
      Map<String, String> fixedTags,
      int maxSeries) {
    this.owner = owner;
    this.kind = kind;
    this.metric = metric;
    this.matcher = matcher;
    this.field = field;
    this.groups = groups;
    this.fixedTags = fixedTags;
    this.maxSeries = maxSeries;
  }

  /** Returns the count of all events by service and level. */
  static CountRule totals() {
    return new CountRule(
        "totals",
        Kind.COUNT,
        RuleMetrics.LOG_EVENTS_TOTAL,
        EventMatcher.parse(""),
        null,
        new GroupTags(List.of(DocumentFields.SERVICE, DocumentFields.LEVEL)),
        Map.of(),
        MAX_SERIES_OF_TOTALS);
  }

  static CountRule of(Extraction extraction) {
    return new CountRule(
        extraction.identity(),
        extraction.field() == null ? Kind.COUNT : Kind.OBSERVATION,
        extraction.metric(),
        EventMatcher.parse(extraction.query()),
        extraction.field(),
        new GroupTags(extraction.tags()),
        Map.of(),
        extraction.maxSeries());
  }

  /**
   * Returns what an alert rule asks for; nothing if it is none on logs.
   *
   * @throws RuntimeException if one of its queries or groups cannot be answered
   */
  static List<CountRule> of(AlertRule rule, String id, long version) {
    Map<String, String> tags =
        Map.of(RuleMetrics.RULE_ID, id, RuleMetrics.RULE_VERSION, Long.toString(version));
    return switch (rule.kind()) {
      case THRESHOLD -> List.of();
      case ABSENCE, LOG_MATCH ->
          rule.query() == null
              ? List.of()
              : List.of(
                  ofRule(
                      rule,
                      id,
                      version,
                      Kind.ANSWER,
                      RuleMetrics.LOG_MATCHES_TOTAL,
                      rule.query(),
                      tags));
      case SEQUENCE ->
          List.of(
              step(rule, id, version, rule.first(), RuleMetrics.STEP_FIRST, tags),
              step(rule, id, version, rule.then(), RuleMetrics.STEP_THEN, tags));
    };
  }

  private static CountRule step(
      AlertRule rule,
      String id,
      long version,
      String query,
      String step,
      Map<String, String> tags) {
    Map<String, String> stepTags = new HashMap<>(tags);
    stepTags.put(RuleMetrics.STEP, step);
    return ofRule(rule, id, version, Kind.EVENT, RuleMetrics.LOG_EVENT, query, stepTags);
  }

  private static CountRule ofRule(
      AlertRule rule,
      String id,
      long version,
      Kind kind,
      String metric,
      String query,
      Map<String, String> tags) {
    return new CountRule(
        ownerOf(id, version),
        kind,
        metric,
        EventMatcher.parse(query),
        null,
        new GroupTags(rule.groupBy()),
        Collections.unmodifiableMap(tags),
        MAX_SERIES_OF_RULE);
  }

  /** Returns to whom the counters of a version of a rule belong. */
  static String ownerOf(String ruleId, long version) {
    return "rule:" + version + ":" + ruleId;
  }

  boolean matches(MatchedEvent event) {
    return matcher.matches(event);
  }

  /** Returns the only services whose events can match, or null. */
  Set<String> services() {
    return matcher.services();
  }

  /** Returns to whom counters belong: they begin anew under another owner. */
  String owner() {
    return owner;
  }

  Kind kind() {
    return kind;
  }

  boolean keepsCounters() {
    return kind == Kind.COUNT || kind == Kind.ANSWER;
  }

  String metric() {
    return metric;
  }

  String field() {
    return field;
  }

  GroupTags groups() {
    return groups;
  }

  Map<String, String> fixedTags() {
    return fixedTags;
  }

  int maxSeries() {
    return maxSeries;
  }

  /** Returns the group in which everything beyond the limit of series ends. */
  List<String> otherGroup() {
    return Collections.nCopies(groups.size(), OTHER);
  }
}
