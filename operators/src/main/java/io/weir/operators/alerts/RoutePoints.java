package io.weir.operators.alerts;

import io.weir.model.alert.AlertGroup;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.metric.Aggregation;
import io.weir.model.metric.MetricNames;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.RuleMetrics;
import io.weir.operators.alerts.RoutedPoint.Role;
import io.weir.operators.alerts.RoutedPoint.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Sends each point to the groups of the rules that need it, and no other point any further: {@link
 * MetricPoint} and {@link Control} in, {@link RoutedPoint} out, once for each rule and side of a
 * ratio; on the side output {@link #SEQUENCE_EVENTS} the events of sequences. A rule without groups
 * is announced when it begins, because nothing may ever come for it.
 *
 * <p>A point's time is that of its stream record, which the source has capped at the time at which
 * Kafka took it.
 */
public final class RoutePoints extends BroadcastProcessFunction<MetricPoint, Control, RoutedPoint> {
  private static final long serialVersionUID = 1;

  /** Events of sequences, for {@link OrderEvents}. */
  public static final OutputTag<SequenceEvent> SEQUENCE_EVENTS =
      new OutputTag<>("sequence-events") {};

  private transient Counter routed;
  private transient int rules;

  /** Who needs what; null when it must be made anew from the rules. */
  private transient Interests interests;

  @Override
  public void open(OpenContext context) {
    routed = getRuntimeContext().getMetricGroup().counter(AlertMetrics.ROUTED_POINTS);
    getRuntimeContext().getMetricGroup().gauge(AlertMetrics.RULES, () -> rules);
  }

  @Override
  public void processElement(MetricPoint point, ReadOnlyContext ctx, Collector<RoutedPoint> out)
      throws Exception {
    if (interests == null) {
      interests = Interests.of(ctx.getBroadcastState(AlertStates.RULES));
    }
    long millis = point.timestampMillis();
    List<Grouping> groupings = interests.byMetric().get(point.metric());
    if (groupings != null) {
      route(point, millis, groupings, out);
    }
    if (point.metric().equals(RuleMetrics.LOG_MATCHES_TOTAL)) {
      Interest interest = interests.ofLogRule(point, false);
      if (interest != null) {
        routed.inc();
        out.collect(
            interest.route(
                point, interest.grouping.of(point), Shape.COUNTER, point.series(), millis));
      }
    } else if (point.metric().equals(RuleMetrics.LOG_EVENT)) {
      Interest interest = interests.ofLogRule(point, true);
      if (interest != null && point.tags().containsKey(RuleMetrics.EVENT)) {
        routed.inc();
        ctx.output(SEQUENCE_EVENTS, interest.event(point, millis));
      }
    }
  }

  /** What many rules want of a point is made once. */
  private void route(
      MetricPoint point, long millis, List<Grouping> groupings, Collector<RoutedPoint> out) {
    String series = null;
    for (Grouping grouping : groupings) {
      String group = null;
      for (Interest interest : grouping.interests) {
        if (!interest.wants(point)) {
          continue;
        }
        if (group == null) {
          group = grouping.of(point);
        }
        Shape shape = interest.shape(point.type());
        if (shape == Shape.COUNTER && series == null) {
          series = point.series();
        }
        routed.inc();
        out.collect(interest.route(point, group, shape, series, millis));
      }
    }
  }

  @Override
  public void processBroadcastElement(Control control, Context ctx, Collector<RoutedPoint> out)
      throws Exception {
    BroadcastState<String, RuleEntry> state = ctx.getBroadcastState(AlertStates.RULES);
    RuleBook.Changes changes = RuleBook.apply(control, state);
    if (changes.isEmpty() && control.kind() == Control.Kind.TICK) {
      return;
    }
    interests = null;
    rules = 0;
    for (Map.Entry<String, RuleEntry> ignored : state.immutableEntries()) {
      rules++;
    }
    // Every task knows the rule; one of them is enough to say so.
    if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
      for (RuleEntry entry : changes.begun()) {
        if (entry.rule().kind() != Kind.SEQUENCE && entry.rule().groupBy().isEmpty()) {
          out.collect(announcement(entry));
        }
      }
    }
  }

  private static RoutedPoint announcement(RuleEntry entry) {
    return new RoutedPoint(
        entry.key(AlertGroup.NONE),
        Role.ANNOUNCEMENT,
        Shape.PLAIN,
        "",
        0,
        0,
        false,
        entry.rule().evaluateEverySeconds());
  }

  /** The rules, by what they need. */
  private record Interests(Map<String, List<Grouping>> byMetric, Map<String, Interest> logRules) {

    static Interests of(ReadOnlyBroadcastState<String, RuleEntry> rules) throws Exception {
      Interests interests = new Interests(new HashMap<>(), new HashMap<>());
      for (Map.Entry<String, RuleEntry> rule : rules.immutableEntries()) {
        interests.add(rule.getValue());
      }
      return interests;
    }

    private void add(RuleEntry entry) {
      AlertRule rule = entry.rule();
      if (rule.metric() == null) {
        logRules.put(rule.id(), new Interest(entry, Role.VALUE, new Grouping(groupTags(rule))));
        return;
      }
      add(rule.numerator(), entry, Role.VALUE);
      if (rule.denominator() != null) {
        add(rule.denominator(), entry, Role.DENOMINATOR);
      }
    }

    private void add(String metric, RuleEntry entry, Role role) {
      List<Grouping> groupings = byMetric.computeIfAbsent(metric, m -> new ArrayList<>());
      List<String> tags = groupTags(entry.rule());
      Grouping grouping = null;
      for (Grouping each : groupings) {
        if (each.tags.equals(tags)) {
          grouping = each;
        }
      }
      if (grouping == null) {
        grouping = new Grouping(tags);
        groupings.add(grouping);
      }
      grouping.interests.add(new Interest(entry, role, grouping));
    }

    private static List<String> groupTags(AlertRule rule) {
      return rule.groupBy().stream()
          .map(MetricNames::normalizeTag)
          .filter(Objects::nonNull)
          .distinct()
          .sorted()
          .toList();
    }

    /** Returns who needs a point that answers a log rule; null if that rule is not in force. */
    Interest ofLogRule(MetricPoint point, boolean sequence) {
      Interest interest = logRules.get(point.tags().get(RuleMetrics.RULE_ID));
      boolean meant =
          interest != null
              && sequence == (interest.entry.rule().kind() == Kind.SEQUENCE)
              && version(point.tags().get(RuleMetrics.RULE_VERSION))
                  >= interest.entry.meaningVersion();
      return meant ? interest : null;
    }

    /** Returns a rule's version; -1 if the text is none. */
    private static long version(String text) {
      if (text == null || text.isEmpty() || text.length() > 18) {
        return -1;
      }
      long version = 0;
      for (int i = 0; i < text.length(); i++) {
        int digit = text.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          return -1;
        }
        version = version * 10 + digit;
      }
      return version;
    }
  }

  /** Those who need a metric by the same tags. */
  private static final class Grouping {
    private final List<String> tags;
    private final List<Interest> interests = new ArrayList<>();

    Grouping(List<String> tags) {
      this.tags = tags;
    }

    String of(MetricPoint point) {
      return AlertGroup.text(tags, point.tags());
    }
  }

  /** One rule, and one of the metrics that it needs. */
  private static final class Interest {
    private final RuleEntry entry;
    private final Role role;
    private final Grouping grouping;

    Interest(RuleEntry entry, Role role, Grouping grouping) {
      this.entry = entry;
      this.role = role;
      this.grouping = grouping;
    }

    boolean wants(MetricPoint point) {
      for (Map.Entry<String, String> tag : entry.rule().tags().entrySet()) {
        if (!tag.getValue().equals(point.tags().get(tag.getKey()))) {
          return false;
        }
      }
      return true;
    }

    RoutedPoint route(MetricPoint point, String group, Shape shape, String series, long millis) {
      boolean each =
          entry.rule().aggregation() == Aggregation.RATE && point.type() == MetricType.DISTRIBUTION;
      return new RoutedPoint(
          entry.key(group),
          role,
          shape,
          shape == Shape.COUNTER ? series : "",
          each ? 1 : point.value(),
          millis,
          entry.rule().metric() == null && entry.countsFromZero(),
          entry.rule().evaluateEverySeconds());
    }

    SequenceEvent event(MetricPoint point, long millis) {
      boolean first = RuleMetrics.STEP_FIRST.equals(point.tags().get(RuleMetrics.STEP));
      return new SequenceEvent(
          entry.key(grouping.of(point)),
          first ? SequenceEvent.Step.FIRST : SequenceEvent.Step.THEN,
          point.tags().get(RuleMetrics.EVENT),
          millis,
          entry.rule().withinSeconds() * 1000,
          entry.rule().thenAbsent(),
          Span.of(entry.rule().withinSeconds()));
    }

    Shape shape(MetricType type) {
      AlertRule rule = entry.rule();
      if (rule.aggregation() == null) {
        return Shape.PLAIN;
      }
      return switch (rule.aggregation()) {
        case RATE ->
            type == MetricType.COUNTER || type == MetricType.GAUGE ? Shape.COUNTER : Shape.PLAIN;
        case P50, P90, P95, P99 -> Shape.QUANTILES;
        case AVG, SUM, MIN, MAX, COUNT, LAST -> Shape.PLAIN;
      };
    }
  }
}
