package io.weir.model.json;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Condition;
import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.alert.AlertRule.NoData;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.metric.Aggregation;
import io.weir.model.metric.MetricNames;
import io.weir.model.query.EventQueries;
import io.weir.model.query.Query;
import io.weir.model.query.QueryFields;
import io.weir.model.query.QuerySyntaxException;
import io.weir.model.query.UnanswerableQueryException;
import io.weir.model.validation.InvalidRecordException;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * An {@link AlertRule} as JSON. {@code kind} is {@code threshold} where none is given. Required are
 *
 * <ul>
 *   <li>{@code threshold}: {@code metric} (a name, or a ratio {@code a / b}), {@code condition}
 *       ({@code > >= < <= == !=}), {@code threshold} (a number or a percentage {@code "1%"}),
 *       {@code duration_s};
 *   <li>{@code absence}: {@code metric} or {@code query}, {@code duration_s};
 *   <li>{@code log_match}: {@code query}, {@code threshold};
 *   <li>{@code sequence}: {@code first}, one of {@code then} and {@code without} (queries), {@code
 *       within_s};
 *   <li>all: {@code notification_channel}.
 * </ul>
 *
 * Optional are {@code id}, {@code name}, {@code group_by}, {@code evaluate_every_s} (30), {@code
 * no_data} (ok, alert, keep), {@code keep_firing_for_s}, {@code severity} (info, warning,
 * critical), {@code labels}, {@code annotations}, and for some kinds {@code window_s} (60), {@code
 * aggregation} (avg), {@code tags}, {@code duration_s}, {@code condition} (a log match: {@code >}).
 * A member that has no meaning for a kind is an error.
 */
public final class AlertRuleJson {
  /** Windows of metrics are this long, and whatever looks at them is a multiple of it. */
  public static final int METRIC_WINDOW_SECONDS = 15;

  private static final int DEFAULT_EVALUATE_EVERY = 30;
  private static final int DEFAULT_WINDOW = 60;
  private static final int MAX_SECONDS = 7 * 86_400;
  private static final int MAX_GROUP_BY = 10;
  private static final int MAX_TEXT = 4096;
  private static final int MAX_NAME = 200;
  private static final int MAX_LABELS = 32;

  /** Members that only some kinds of rules have. */
  private static final Map<Kind, List<String>> OF_KIND = ofKind();

  private static final Map<String, Condition> CONDITION_WORDS =
      Map.of(
          "gt", Condition.GREATER,
          "gte", Condition.GREATER_OR_EQUAL,
          "lt", Condition.LESS,
          "lte", Condition.LESS_OR_EQUAL,
          "eq", Condition.EQUAL,
          "ne", Condition.NOT_EQUAL);

  private AlertRuleJson() {}

  /** Returns the JSON of a rule. */
  public static byte[] encode(AlertRule rule) {
    List<String> own = OF_KIND.get(rule.kind());
    JsonBytes json = new JsonBytes(512);
    ObjectWriter writer = new ObjectWriter(json);
    writer
        .text("id", rule.id())
        .text("name", rule.name())
        .constant("kind", rule.kind())
        .text("metric", rule.metric())
        .text("query", rule.query())
        .text("first", rule.first())
        .text(rule.thenAbsent() ? "without" : "then", rule.then())
        .text("condition", rule.condition() == null ? null : rule.condition().symbol());
    if (own.contains("threshold")) {
      writer.number("threshold", rule.threshold());
    }
    if (own.contains("duration_s")) {
      writer.number("duration_s", rule.durationSeconds());
    }
    if (own.contains("window_s")) {
      writer.number("window_s", rule.windowSeconds());
    }
    if (own.contains("within_s")) {
      writer.number("within_s", rule.withinSeconds());
    }
    writer
        .number("evaluate_every_s", rule.evaluateEverySeconds())
        .constant("aggregation", rule.aggregation())
        .texts("tags", rule.tags())
        .texts("group_by", rule.groupBy())
        .constant("no_data", rule.noData())
        .number("keep_firing_for_s", rule.keepFiringForSeconds())
        .constant("severity", rule.severity())
        .texts("labels", rule.labels())
        .texts("annotations", rule.annotations())
        .text("notification_channel", rule.notificationChannel())
        .end();
    return json.toByteArray();
  }

  /**
   * Returns the rule of its JSON.
   *
   * @throws InvalidRecordException if it is none; names every field that is wrong
   */
  public static AlertRule decode(byte[] json, UnknownMembers unknown) {
    ObjectReader reader = ObjectReader.of(json, "an alert rule");
    AlertRule rule = new Decoder(reader).read();
    if (unknown == UnknownMembers.REJECT) {
      reader.rejectUnknown();
    }
    reader.finish();
    return rule;
  }

  /** Reads one rule; with errors in the reader its result has no meaning. */
  private static final class Decoder {
    private final ObjectReader reader;
    private final Kind kind;

    Decoder(ObjectReader reader) {
      this.reader = reader;
      this.kind = reader.constant("kind", Kind.values(), Kind.THRESHOLD);
    }

    AlertRule read() {
      rejectMembersOfOtherKinds();
      boolean ofMetric = kind == Kind.THRESHOLD || (kind == Kind.ABSENCE && reader.has("metric"));
      String without = query("without");
      String then = query("then");
      long evaluateEvery =
          seconds("evaluate_every_s", METRIC_WINDOW_SECONDS, 3600, DEFAULT_EVALUATE_EVERY);
      multipleOfWindow("evaluate_every_s", evaluateEvery);
      long window =
          seconds("window_s", METRIC_WINDOW_SECONDS, 86_400, owns("window_s") ? DEFAULT_WINDOW : 0);
      multipleOfWindow("window_s", window);
      AlertRule rule =
          new AlertRule(
              id(),
              reader.text("name", MAX_NAME),
              kind,
              metric(),
              query("query"),
              query("first"),
              without != null ? without : then,
              without != null,
              condition(),
              reader.number("threshold", 0),
              duration(),
              window,
              evaluateEvery,
              seconds("within_s", 1, 86_400, 0),
              reader.constant(
                  "aggregation",
                  Aggregation.values(),
                  owns("aggregation") ? Aggregation.AVG : null),
              reader.texts("tags", MetricNames::normalizeTag, MetricPointJson.MAX_TAG_VALUE),
              reader.names(
                  "group_by",
                  ofMetric ? MetricNames::normalizeTag : AlertRuleJson::queryField,
                  MAX_GROUP_BY),
              reader.constant("no_data", NoData.values(), NoData.OK),
              seconds("keep_firing_for_s", 0, MAX_SECONDS, 0),
              reader.constant("severity", Severity.values(), Severity.WARNING),
              few("labels", exact(AlertRuleJson::labelName), MetricPointJson.MAX_TAG_VALUE),
              few("annotations", exact(MetricNames::normalizeTag), MAX_TEXT),
              channel());
      requireMembersOfKind();
      return rule;
    }

    /** An alert has those of its group and of Weir besides, and all together have a limit too. */
    private Map<String, String> few(String member, UnaryOperator<String> normalize, int maxText) {
      Map<String, String> texts = reader.texts(member, normalize, maxText);
      if (texts.size() > MAX_LABELS) {
        reader.error(member, "must be an object of at most " + MAX_LABELS + " strings");
      }
      return texts;
    }

    private boolean owns(String member) {
      return OF_KIND.get(kind).contains(member);
    }

    private void rejectMembersOfOtherKinds() {
      Set<String> others = new LinkedHashSet<>();
      OF_KIND.values().forEach(others::addAll);
      others.removeAll(OF_KIND.get(kind));
      for (String member : others) {
        if (reader.has(member)) {
          reader.error(member, "has no meaning for kind " + ObjectReader.lowerCase(kind));
        }
      }
    }

    private void requireMembersOfKind() {
      switch (kind) {
        case THRESHOLD ->
            List.of("metric", "condition", "threshold", "duration_s").forEach(reader::require);
        case ABSENCE -> {
          reader.require("duration_s");
          if (reader.has("metric") == reader.has("query")) {
            reader.error("metric", "must be given, or query, and not both");
          }
        }
        case LOG_MATCH -> List.of("query", "threshold").forEach(reader::require);
        case SEQUENCE -> {
          List.of("first", "within_s").forEach(reader::require);
          if (reader.has("then") == reader.has("without")) {
            reader.error("then", "must be given, or without, and not both");
          }
        }
      }
    }

    private String id() {
      String id = reader.text("id", 64);
      if (id != null && !id.matches("[A-Za-z0-9_-]+")) {
        reader.error("id", "must be letters, digits, - and _");
      }
      return id;
    }

    private String channel() {
      String channel = reader.requiredText("notification_channel", 64);
      if (channel != null && !channel.matches("[A-Za-z0-9_.-]+")) {
        reader.error("notification_channel", "must be letters, digits, -, . and _");
      }
      return channel;
    }

    private String metric() {
      String text = reader.text("metric", 2 * MetricNames.MAX_LENGTH + 3);
      if (text == null) {
        return null;
      }
      String[] parts = text.split("/", -1);
      if (parts.length > (kind == Kind.THRESHOLD ? 2 : 1)) {
        reader.error(
            "metric",
            kind == Kind.THRESHOLD
                ? "must be one name or a ratio a / b"
                : "must be one name, a ratio has no meaning here");
        return null;
      }
      for (int i = 0; i < parts.length; i++) {
        parts[i] = MetricNames.normalizeMetric(parts[i].strip());
        if (parts[i] == null) {
          reader.error("metric", "must be a name with a letter or digit, or a ratio a / b of two");
          return null;
        }
      }
      return String.join(" / ", parts);
    }

    /** Rules are answered event by event: what a search can ask of an index is not enough. */
    private String query(String member) {
      String text = reader.text(member, MAX_TEXT);
      if (text != null) {
        try {
          Query unused = EventQueries.parse(text);
        } catch (QuerySyntaxException | UnanswerableQueryException e) {
          reader.error(member, e.getMessage());
        }
      }
      return text;
    }

    private Condition condition() {
      String text = reader.text("condition", 8);
      if (text == null) {
        return kind == Kind.LOG_MATCH ? Condition.GREATER : null;
      }
      for (Condition condition : Condition.values()) {
        if (condition.symbol().equals(text)) {
          return condition;
        }
      }
      Condition word = CONDITION_WORDS.get(text);
      if (word == null) {
        reader.error("condition", "must be one of > >= < <= == !=");
      }
      return word;
    }

    private long duration() {
      return seconds("duration_s", kind == Kind.ABSENCE ? 1 : 0, MAX_SECONDS, 0);
    }

    private long seconds(String member, long min, long max, long absent) {
      return reader.wholeNumber(member, min, max, absent);
    }

    private void multipleOfWindow(String member, long seconds) {
      if (seconds % METRIC_WINDOW_SECONDS != 0) {
        reader.error(
            member,
            "must be a multiple of " + METRIC_WINDOW_SECONDS + ", the length of a metric window");
      }
    }
  }

  /** A field whose name a tag can have, too: groups of events are told as tags of points. */
  private static String queryField(String name) {
    if (name.isBlank() || name.length() > MAX_NAME) {
      return null;
    }
    String field = QueryFields.canonical(name);
    return MetricNames.normalizeTag(field) == null ? null : field;
  }

  /** Alertmanager takes the name of an alert from this label; Weir sets it. */
  private static String labelName(String name) {
    return name.equals("alertname") ? null : MetricNames.normalizeTag(name);
  }

  /** A name that would have to be changed is wrong: templates refer to it. */
  private static UnaryOperator<String> exact(UnaryOperator<String> normalize) {
    return name -> name.equals(normalize.apply(name)) ? name : null;
  }

  private static Map<Kind, List<String>> ofKind() {
    Map<Kind, List<String>> members = new EnumMap<>(Kind.class);
    members.put(
        Kind.THRESHOLD,
        List.of(
            "metric", "condition", "threshold", "duration_s", "window_s", "aggregation", "tags"));
    members.put(Kind.ABSENCE, List.of("metric", "query", "duration_s", "tags"));
    members.put(
        Kind.LOG_MATCH, List.of("query", "condition", "threshold", "duration_s", "window_s"));
    members.put(Kind.SEQUENCE, List.of("first", "then", "without", "within_s"));
    return members;
  }
}
