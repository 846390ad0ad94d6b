package io.weir.jobs;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertTransition;
import io.weir.model.metric.ParsedMetric;
import io.weir.operators.alerts.AlertKey;
import io.weir.operators.alerts.AlertPlace;
import io.weir.operators.alerts.AlertSignal;
import io.weir.operators.alerts.AlertStates;
import io.weir.operators.alerts.Control;
import io.weir.operators.alerts.EvaluateRule;
import io.weir.operators.alerts.HeldRuns;
import io.weir.operators.alerts.KeepPoints;
import io.weir.operators.alerts.OrderEvents;
import io.weir.operators.alerts.PointWatermarks;
import io.weir.operators.alerts.RoutePoints;
import io.weir.operators.alerts.RoutedPoint;
import io.weir.operators.alerts.RuleFeed;
import io.weir.operators.alerts.RunEvent;
import io.weir.operators.alerts.SequenceEvent;
import io.weir.operators.alerts.Sequences;
import io.weir.operators.alerts.Span;
import io.weir.operators.alerts.TrackAlert;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of the alerts job: points -> route to the groups of the rules -> evaluate -> find runs
 * -> track -> state, history, notifications; and beside it, for sequences: order -> find. Everybody
 * is told the rules.
 *
 * <p>CEP runs in order of arrival and not in event time, because what it looks at is in order
 * already: each group's evaluations and events are put in order by one task, which knows, as CEP
 * cannot, that time goes on while nothing comes.
 *
 * <p>The uids are names of state in savepoints: they never change.
 */
public final class AlertsTopology {
  private static final TypeInformation<AlertKey> KEY = TypeInformation.of(AlertKey.class);
  private static final TypeInformation<AlertPlace> PLACE = TypeInformation.of(AlertPlace.class);
  private static final TypeInformation<AlertSignal> SIGNAL = TypeInformation.of(AlertSignal.class);

  /**
   * What the job is told about time and size.
   *
   * @param outOfOrder how much later than its neighbours a point may come and still be in time
   * @param idleAfter how long a partition may say nothing before the others no longer wait for it
   * @param silenceAfter how long nobody may write any point before silence is judged
   * @param maxGroupsPerRule most groups of a rule in one task
   */
  public record Settings(
      Duration outOfOrder, Duration idleAfter, Duration silenceAfter, int maxGroupsPerRule) {
    public Settings {
      requireNonNull(outOfOrder, "outOfOrder");
      requireNonNull(idleAfter, "idleAfter");
      requireNonNull(silenceAfter, "silenceAfter");
    }
  }

  /**
   * One more place that is told the latest state of every alert.
   *
   * @param name its name, and the end of its uid
   * @param sink the place
   */
  public record Notification(String name, Sink<AlertState> sink) {
    public Notification {
      requireNonNull(name, "name");
      requireNonNull(sink, "sink");
    }
  }

  /**
   * Where the job writes.
   *
   * @param states takes the latest state of every alert
   * @param history takes every transition
   * @param notifications take the latest state too, one alert after another in order
   */
  public record Sinks(
      Sink<AlertState> states, Sink<AlertTransition> history, List<Notification> notifications) {
    public Sinks {
      requireNonNull(states, "states");
      requireNonNull(history, "history");
      notifications = List.copyOf(notifications);
    }
  }

  private AlertsTopology() {}

  /** Adds the graph to an environment. */
  public static void build(
      StreamExecutionEnvironment env,
      Source<ParsedMetric, ?, ?> points,
      Source<Control, ?, ?> rules,
      Settings settings,
      Sinks sinks) {
    BroadcastStream<Control> controls =
        env.fromSource(rules, RuleFeed.watermarks(), "rules")
            .uid("alerts-rules")
            .setParallelism(1)
            .broadcast(AlertStates.RULES);

    SingleOutputStreamOperator<RoutedPoint> routed =
        env.fromSource(
                points,
                PointWatermarks.strategy(settings.outOfOrder(), settings.idleAfter()),
                "points")
            .uid("alerts-points")
            .flatMap(new KeepPoints())
            .name("keep points")
            .uid("alerts-keep-points")
            .connect(controls)
            .process(new RoutePoints())
            .name("route")
            .uid("alerts-route");

    SingleOutputStreamOperator<AlertSignal> evaluated =
        routed
            .keyBy(RoutedPoint::key, KEY)
            .connect(controls)
            .process(new EvaluateRule(settings.silenceAfter(), settings.maxGroupsPerRule()))
            .name("evaluate")
            .uid("alerts-evaluate");

    SingleOutputStreamOperator<SequenceEvent> ordered =
        routed
            .getSideOutput(RoutePoints.SEQUENCE_EVENTS)
            .keyBy(SequenceEvent::key, KEY)
            .connect(controls)
            .process(new OrderEvents(settings.silenceAfter(), settings.maxGroupsPerRule()))
            .name("order events")
            .uid("alerts-order-events");

    DataStream<AlertSignal> signals = evaluated;
    for (Span span : Span.values()) {
      signals =
          signals.union(
              runs(evaluated.getSideOutput(EvaluateRule.RUNS), span),
              sequences(ordered, span, false),
              sequences(ordered, span, true));
    }

    SingleOutputStreamOperator<AlertState> states =
        signals
            .keyBy(signal -> signal.key().place(), PLACE)
            .connect(controls)
            .process(new TrackAlert())
            .name("track")
            .uid("alerts-track");

    states.sinkTo(sinks.states()).name("alert-state").uid("alerts-state");
    states
        .getSideOutput(TrackAlert.HISTORY)
        .sinkTo(sinks.history())
        .name("alert-history")
        .uid("alerts-history");
    for (Notification notification : sinks.notifications()) {
      states
          .sinkTo(notification.sink())
          .name(notification.name())
          .uid("alerts-" + notification.name())
          // One writer knows all alerts, so that none is told by two.
          .setParallelism(1);
    }
  }

  private static DataStream<AlertSignal> runs(DataStream<RunEvent> events, Span span) {
    String name = "runs-" + lowerCase(span);
    return find(
        events
            .filter(event -> event.span() == span)
            .name(name + " filter")
            .uid("alerts-" + name + "-filter")
            .keyBy(RunEvent::key, KEY),
        HeldRuns.pattern(span),
        new HeldRuns(),
        name);
  }

  private static DataStream<AlertSignal> sequences(
      DataStream<SequenceEvent> events, Span span, boolean thenAbsent) {
    String name = (thenAbsent ? "without-" : "then-") + lowerCase(span);
    return find(
        events
            .filter(event -> event.span() == span && event.thenAbsent() == thenAbsent)
            .name(name + " filter")
            .uid("alerts-" + name + "-filter")
            .keyBy(SequenceEvent::key, KEY),
        thenAbsent ? Sequences.without(span) : Sequences.then(span),
        new Sequences(),
        name);
  }

  private static <T> DataStream<AlertSignal> find(
      KeyedStream<T, AlertKey> events,
      Pattern<T, ?> pattern,
      PatternProcessFunction<T, AlertSignal> matches,
      String name) {
    return CEP.pattern(events, pattern)
        .inProcessingTime()
        .process(matches, SIGNAL)
        .name(name)
        .uid("alerts-" + name);
  }

  private static String lowerCase(Span span) {
    return span.name().toLowerCase(Locale.ROOT);
  }
}
