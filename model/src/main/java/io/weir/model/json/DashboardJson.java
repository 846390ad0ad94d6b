package io.weir.model.json;

import io.weir.model.dashboard.Dashboard;
import io.weir.model.dashboard.Panel;
import io.weir.model.metric.Aggregation;
import io.weir.model.metric.MetricNames;
import io.weir.model.query.QueryParser;
import io.weir.model.query.QuerySyntaxException;
import io.weir.model.validation.InvalidRecordException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A {@link Dashboard} as JSON: {@code title} and {@code panels}, optionally {@code id}, {@code
 * description}, {@code range_s} (3,600), {@code refresh_s} (0, none). A panel has a {@code title},
 * a {@code kind} ({@code metric}, {@code stat}, {@code table}, {@code logs}, {@code
 * log_histogram}), optionally a {@code width} of 1 to 12 columns (6), and
 *
 * <ul>
 *   <li>{@code metric}, {@code stat}, {@code table}: {@code metric}, optionally {@code tags},
 *       {@code aggregation}, {@code group_by}, {@code step_s};
 *   <li>{@code logs}: {@code query}, optionally {@code limit} (100);
 *   <li>{@code log_histogram}: {@code query}.
 * </ul>
 */
public final class DashboardJson {
  private static final int MAX_PANELS = 100;
  private static final int MAX_TITLE = 200;
  private static final int MAX_TEXT = 4096;
  private static final int MAX_RANGE_SECONDS = 365 * 86_400;
  private static final int DEFAULT_RANGE_SECONDS = 3600;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final int COLUMNS = 12;
  private static final int DEFAULT_WIDTH = 6;

  /** Members that only some kinds of panels have. */
  private static final Map<Panel.Kind, List<String>> OF_KIND = ofKind();

  private DashboardJson() {}

  /** Returns the JSON of a dashboard. */
  public static byte[] encode(Dashboard dashboard) {
    JsonBytes json = new JsonBytes(1024);
    ObjectWriter writer = new ObjectWriter(json);
    writer
        .text("id", dashboard.id())
        .text("title", dashboard.title())
        .text("description", dashboard.description())
        .number("range_s", dashboard.rangeSeconds())
        .number("refresh_s", dashboard.refreshSeconds())
        .name("panels");
    char before = '[';
    for (Panel panel : dashboard.panels()) {
      json.raw(before);
      before = ',';
      encode(panel, new ObjectWriter(json));
    }
    if (before == '[') {
      json.raw('[');
    }
    json.raw(']');
    writer.end();
    return json.toByteArray();
  }

  private static void encode(Panel panel, ObjectWriter writer) {
    List<String> own = OF_KIND.get(panel.kind());
    writer
        .text("title", panel.title())
        .constant("kind", panel.kind())
        .text("metric", panel.metric())
        .texts("tags", panel.tags())
        .constant("aggregation", panel.aggregation())
        .texts("group_by", panel.groupBy());
    if (own.contains("step_s")) {
      writer.number("step_s", panel.stepSeconds());
    }
    writer.text("query", panel.query());
    if (own.contains("limit")) {
      writer.number("limit", panel.limit());
    }
    writer.number("width", panel.width()).end();
  }

  /**
   * Returns the dashboard of its JSON.
   *
   * @throws InvalidRecordException if it is none; names every field that is wrong
   */
  public static Dashboard decode(byte[] json, UnknownMembers unknown) {
    ObjectReader reader = ObjectReader.of(json, "a dashboard");
    String id = reader.text("id", 64);
    if (id != null && !id.matches("[A-Za-z0-9_-]+")) {
      reader.error("id", "must be letters, digits, - and _");
    }
    String title = reader.requiredText("title", MAX_TITLE);
    String description = reader.text("description", MAX_TEXT);
    long range = reader.wholeNumber("range_s", 60, MAX_RANGE_SECONDS, DEFAULT_RANGE_SECONDS);
    long refresh = reader.wholeNumber("refresh_s", 0, 86_400, 0);
    if (refresh > 0 && refresh < 5) {
      reader.error("refresh_s", "must be 0 for none, or at least 5");
    }
    reader.require("panels");
    List<Panel> panels = new ArrayList<>();
    for (ObjectReader panelReader : reader.objects("panels", MAX_PANELS)) {
      panels.add(panel(panelReader));
      if (unknown == UnknownMembers.REJECT) {
        panelReader.rejectUnknown();
      }
    }
    if (unknown == UnknownMembers.REJECT) {
      reader.rejectUnknown();
    }
    reader.finish();
    return new Dashboard(id, title, description, range, refresh, panels);
  }

  private static Panel panel(ObjectReader reader) {
    String title = reader.requiredText("title", MAX_TITLE);
    reader.require("kind");
    Panel.Kind kind = reader.constant("kind", Panel.Kind.values(), null);
    String metric = reader.text("metric", MetricNames.MAX_LENGTH);
    if (metric != null) {
      metric = MetricNames.normalizeMetric(metric);
      if (metric == null) {
        reader.error("metric", "must be a name with a letter or digit");
      }
    }
    Panel panel =
        new Panel(
            title == null ? "" : title,
            kind == null ? Panel.Kind.METRIC : kind,
            metric,
            reader.texts("tags", MetricNames::normalizeTag, MetricPointJson.MAX_TAG_VALUE),
            reader.constant("aggregation", Aggregation.values(), null),
            reader.names("group_by", MetricNames::normalizeTag, 10),
            reader.wholeNumber("step_s", 0, 86_400, 0),
            query(reader),
            (int)
                reader.wholeNumber(
                    "limit", 1, MAX_LIMIT, kind == Panel.Kind.LOGS ? DEFAULT_LIMIT : 0),
            (int) reader.wholeNumber("width", 1, COLUMNS, DEFAULT_WIDTH));
    if (kind != null) {
      reader.require(OF_KIND.get(kind).get(0));
      Set<String> others = new LinkedHashSet<>();
      OF_KIND.values().forEach(others::addAll);
      others.removeAll(OF_KIND.get(kind));
      for (String member : others) {
        if (reader.has(member)) {
          reader.error(member, "has no meaning for kind " + ObjectReader.lowerCase(kind));
        }
      }
    }
    return panel;
  }

  private static String query(ObjectReader reader) {
    String text = reader.has("query") ? reader.text("query", MAX_TEXT) : null;
    if (text != null) {
      try {
        QueryParser.parse(text);
      } catch (QuerySyntaxException e) {
        reader.error("query", e.getMessage());
      }
    }
    return text;
  }

  private static Map<Panel.Kind, List<String>> ofKind() {
    Map<Panel.Kind, List<String>> members = new EnumMap<>(Panel.Kind.class);
    List<String> ofMetric = List.of("metric", "tags", "aggregation", "group_by", "step_s");
    members.put(Panel.Kind.METRIC, ofMetric);
    members.put(Panel.Kind.STAT, ofMetric);
    members.put(Panel.Kind.TABLE, ofMetric);
    members.put(Panel.Kind.LOGS, List.of("query", "limit"));
    members.put(Panel.Kind.LOG_HISTOGRAM, List.of("query"));
    return members;
  }
}
