package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.ERRORS;
import static io.weir.operators.alerts.Rules.TEN;
import static io.weir.operators.alerts.Rules.point;
import static io.weir.operators.alerts.Rules.snapshot;
import static io.weir.operators.alerts.Rules.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.operators.SavedState;
import io.weir.operators.SavedState.OfEachVersion;
import io.weir.operators.alerts.SequenceEvent.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.compiler.NFACompiler;
import org.apache.flink.cep.operator.CepOperator;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.BroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** What earlier versions had in state goes on in the present code. */
class AlertsStateTest {
  private static final AlertKey PAYMENTS = new AlertKey("a", 7, "{service=\"payments\"}");
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** Every member of a rule, of each kind what it may have. */
  private static final Control RULES =
      snapshot(
          update(7, ERRORS),
          update(
              8,
              """
              {"id":"r","name":"ratio","metric":"errors / requests","condition":">=",
               "threshold":0.5,"duration_s":90,"window_s":60,"evaluate_every_s":30,
               "aggregation":"rate","tags":{"env":"prod"},"group_by":["service","host"],
               "no_data":"keep","keep_firing_for_s":60,"severity":"critical",
               "labels":{"team":"x"},"annotations":{"summary":"{{ $value }}"},
               "notification_channel":"ops"}
              """),
          update(
              9,
              """
              {"id":"q","metric":"latency","condition":">","threshold":10,"duration_s":0,
               "window_s":30,"aggregation":"p99","notification_channel":"ops"}
              """),
          update(
              10,
              """
              {"id":"l","kind":"log_match","query":"level:ERROR","threshold":2,"window_s":60,
               "notification_channel":"ops"}
              """),
          update(
              11,
              """
              {"id":"s","kind":"absence","metric":"beat","duration_s":60,
               "notification_channel":"ops"}
              """),
          update(
              12,
              """
              {"id":"w","kind":"sequence","first":"x","without":"y","within_s":60,
               "notification_channel":"ops"}
              """));

  @OfEachVersion("alerts-route")
  void route(String version) throws Exception {
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "alerts-route",
            () -> {
              try (var harness = routing()) {
                harness.open();
                harness.processBroadcastElement(RULES, 0);
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = routing()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(
          new MetricPoint("error_rate", 4, TEN, Map.of("service", "x"), MetricType.GAUGE), TEN);
      harness.processBroadcastElement(RULES, 0);

      assertThat(harness.extractOutputValues())
          .as("the rules are known and none of them begins")
          .singleElement()
          .extracting(RoutedPoint::key)
          .isEqualTo(new AlertKey("a", 7, "{service=\"x\"}"));
    }
  }

  @OfEachVersion("alerts-evaluate")
  void evaluate(String version) throws Exception {
    AlertKey ratio = new AlertKey("r", 8, "{host=\"h\",service=\"x\"}");
    AlertKey quantile = new AlertKey("q", 9, "{}");
    AlertKey absence = new AlertKey("s", 11, "{}");
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "alerts-evaluate",
            () -> {
              try (var harness = evaluating()) {
                harness.open();
                harness.setProcessingTime(TEN);
                harness.processBroadcastElement(RULES, 0);
                harness.processElement(point(PAYMENTS, 2, TEN + 1_000), TEN);
                watermark(harness, TEN + 30_000);
                harness.processElement(point(PAYMENTS, 3, TEN + 31_000), TEN);
                for (int i = 0; i < 3; i++) {
                  counter(harness, ratio, RoutedPoint.Role.VALUE, "e", 8 * i, 31 + 10 * i);
                  counter(harness, ratio, RoutedPoint.Role.DENOMINATOR, "r", 10 * i, 31 + 10 * i);
                }
                for (int i = 1; i <= 100; i++) {
                  harness.processElement(
                      new RoutedPoint(
                          quantile,
                          RoutedPoint.Role.VALUE,
                          RoutedPoint.Shape.QUANTILES,
                          "",
                          i,
                          TEN + 40_000,
                          false,
                          30),
                      TEN);
                }
                harness.processElement(point(absence, 1, TEN + 35_000), TEN);
                // Its rule has not come.
                harness.processElement(point(new AlertKey("later", 99, "{}"), 1, TEN + 1_000), TEN);
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = evaluating()) {
      harness.initializeState(state);
      harness.open();
      harness.setProcessingTime(TEN);
      watermark(harness, TEN + 60_000);

      assertThat(harness.extractOutputValues())
          .extracting(
              AlertSignal::key, AlertSignal::timeMillis, signal -> Math.round(signal.value()))
          .containsExactlyInAnyOrder(
              tuple(PAYMENTS, TEN + 60_000, 3L),
              tuple(quantile, TEN + 60_000, 99L),
              tuple(ratio, TEN + 60_000, 1L));
      assertThat(harness.getSideOutput(EvaluateRule.RUNS))
          .extracting(
              record -> record.getValue().key(), record -> record.getValue().startedMillis())
          .contains(tuple(PAYMENTS, TEN + 30_000));
      watermark(harness, TEN + 120_000);
      assertThat(harness.extractOutputValues())
          .extracting(AlertSignal::key)
          .as("silent for 85 s")
          .contains(absence);
    }
  }

  @OfEachVersion("alerts-order-events")
  void orderEvents(String version) throws Exception {
    AlertKey without = new AlertKey("w", 12, "{}");
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "alerts-order-events",
            () -> {
              try (var harness = ordering()) {
                harness.open();
                harness.processBroadcastElement(RULES, 0);
                harness.processElement(event(without, Step.FIRST, "1", 10), 0);
                watermark(harness, TEN + 20_000);
                harness.processElement(event(without, Step.THEN, "2", 80), 0);
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = ordering()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(event(without, Step.THEN, "2", 80), 0); // again
      watermark(harness, TEN + 100_000);

      assertThat(harness.extractOutputValues())
          .extracting(SequenceEvent::step, SequenceEvent::event)
          .containsExactly(tuple(Step.DEADLINE, "1"), tuple(Step.THEN, "2"));
    }
  }

  @OfEachVersion("alerts-runs")
  void runs(String version) throws Exception {
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "alerts-runs",
            () -> {
              try (var harness = finding(HeldRuns.pattern(Span.SHORT), new HeldRuns())) {
                harness.open();
                harness.processElement(new StreamRecord<>(run(RunEvent.Kind.STARTED, 30)));
                harness.processElement(new StreamRecord<>(run(RunEvent.Kind.BREACH, 30)));
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = finding(HeldRuns.pattern(Span.SHORT), new HeldRuns())) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(new StreamRecord<>(run(RunEvent.Kind.BREACH, 60)));

      assertThat(harness.extractOutputValues())
          .singleElement()
          .isEqualTo(
              new AlertSignal(PAYMENTS, AlertSignal.Kind.HELD, TEN + 60_000, TEN + 30_000, 2.0));
    }
  }

  @OfEachVersion("alerts-sequences-then")
  void sequences(String version) throws Exception {
    for (boolean thenAbsent : new boolean[] {false, true}) {
      Pattern<SequenceEvent, ?> pattern =
          thenAbsent ? Sequences.without(Span.SHORT) : Sequences.then(Span.SHORT);
      SequenceEvent first =
          new SequenceEvent(PAYMENTS, Step.FIRST, "1", TEN, 60_000, thenAbsent, Span.SHORT);
      OperatorSubtaskState state =
          SavedState.of(
              version,
              "alerts-sequences-" + (thenAbsent ? "without" : "then"),
              () -> {
                try (var harness = searching(pattern)) {
                  harness.open();
                  harness.processElement(new StreamRecord<>(first));
                  return harness.snapshot(1, 1);
                }
              });
      try (var harness = searching(pattern)) {
        harness.initializeState(state);
        harness.open();
        harness.processElement(
            new StreamRecord<>(
                thenAbsent
                    ? first.deadline()
                    : new SequenceEvent(
                        PAYMENTS, Step.THEN, "2", TEN + 60_000, 60_000, false, Span.SHORT)));

        assertThat(harness.extractOutputValues())
            .singleElement()
            .extracting(AlertSignal::kind, AlertSignal::startedMillis, AlertSignal::timeMillis)
            .containsExactly(AlertSignal.Kind.OCCURRED, TEN, TEN + 60_000);
      }
    }
  }

  @OfEachVersion("alerts-track")
  void track(String version) throws Exception {
    AlertKey firing = PAYMENTS;
    AlertKey resolved = new AlertKey("a", 7, "{service=\"search\"}");
    AlertKey early = new AlertKey("a", 7, "{service=\"early\"}");
    AlertKey later = new AlertKey("later", 13, "{}");
    OperatorSubtaskState state =
        SavedState.of(
            version,
            "alerts-track",
            () -> {
              try (var harness = tracking()) {
                harness.open();
                harness.setProcessingTime(TEN);
                harness.processBroadcastElement(RULES, 0);
                for (AlertKey key : List.of(firing, resolved)) {
                  signal(harness, key, AlertSignal.Kind.BREACH, 1);
                  signal(harness, key, AlertSignal.Kind.HELD, 1);
                }
                signal(harness, resolved, AlertSignal.Kind.CLEAR, 2);
                signal(harness, early, AlertSignal.Kind.HELD, 1);
                signal(harness, later, AlertSignal.Kind.BREACH, 1);
                return harness.snapshot(1, 1);
              }
            });
    try (var harness = tracking()) {
      harness.initializeState(state);
      harness.open();
      harness.setProcessingTime(TEN + 100);
      signal(harness, firing, AlertSignal.Kind.CLEAR, 3);
      signal(harness, early, AlertSignal.Kind.BREACH, 1);
      Control rule =
          Control.update(
              List.of(update(13, ERRORS.replace("\"id\":\"a\"", "\"id\":\"later\""))), TEN);
      harness.processBroadcastElement(rule, 0);
      harness.setProcessingTime(TEN + 1_000);

      assertThat(harness.getSideOutput(TrackAlert.HISTORY))
          .extracting(record -> record.getValue())
          .extracting(
              transition ->
                  transition.state().alertId() + transition.state().group().get("service"),
              transition -> transition.from(),
              transition -> transition.state().status())
          .containsExactly(
              tuple("apayments", AlertStatus.FIRING, AlertStatus.RESOLVED),
              tuple("aearly", AlertStatus.INACTIVE, AlertStatus.PENDING),
              tuple("aearly", AlertStatus.PENDING, AlertStatus.FIRING),
              tuple("laternull", AlertStatus.INACTIVE, AlertStatus.PENDING));
      harness.getOutput().clear();
      harness.setProcessingTime(TEN + Duration.ofHours(26).toMillis());
      assertThat(harness.extractOutputValues())
          .extracting(alert -> alert.group().get("service"), AlertState::status)
          .as("forgotten a day later")
          .containsExactlyInAnyOrder(
              tuple("search", AlertStatus.INACTIVE), tuple("payments", AlertStatus.INACTIVE));
    }
  }

  private static BroadcastOperatorTestHarness<MetricPoint, Control, RoutedPoint> routing()
      throws Exception {
    return new BroadcastOperatorTestHarness<>(
        new CoBroadcastWithNonKeyedOperator<>(new RoutePoints(), List.of(AlertStates.RULES)),
        SavedState.MAX_PARALLELISM,
        1,
        0);
  }

  private static KeyedBroadcastOperatorTestHarness<AlertKey, RoutedPoint, Control, AlertSignal>
      evaluating() throws Exception {
    return keyed(new EvaluateRule(SILENCE, 1_000), RoutedPoint::key, AlertKey.class);
  }

  private static KeyedBroadcastOperatorTestHarness<AlertKey, SequenceEvent, Control, SequenceEvent>
      ordering() throws Exception {
    return keyed(new OrderEvents(SILENCE, 1_000), SequenceEvent::key, AlertKey.class);
  }

  private static KeyedBroadcastOperatorTestHarness<AlertPlace, AlertSignal, Control, AlertState>
      tracking() throws Exception {
    return keyed(new TrackAlert(), signal -> signal.key().place(), AlertPlace.class);
  }

  private static <K, I, O> KeyedBroadcastOperatorTestHarness<K, I, Control, O> keyed(
      KeyedBroadcastProcessFunction<K, I, Control, O> function,
      KeySelector<I, K> key,
      Class<K> keyType)
      throws Exception {
    return new KeyedBroadcastOperatorTestHarness<>(
        new CoBroadcastWithKeyedOperator<>(function, List.of(AlertStates.RULES)),
        key,
        TypeInformation.of(keyType),
        SavedState.MAX_PARALLELISM,
        1,
        0);
  }

  private static KeyedOneInputStreamOperatorTestHarness<AlertKey, RunEvent, AlertSignal> finding(
      Pattern<RunEvent, ?> pattern, HeldRuns matches) throws Exception {
    return cep(RunEvent.class, pattern, matches, RunEvent::key);
  }

  private static KeyedOneInputStreamOperatorTestHarness<AlertKey, SequenceEvent, AlertSignal>
      searching(Pattern<SequenceEvent, ?> pattern) throws Exception {
    return cep(SequenceEvent.class, pattern, new Sequences(), SequenceEvent::key);
  }

  private static <T> KeyedOneInputStreamOperatorTestHarness<AlertKey, T, AlertSignal> cep(
      Class<T> type,
      Pattern<T, ?> pattern,
      PatternProcessFunction<T, AlertSignal> matches,
      KeySelector<T, AlertKey> key)
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new CepOperator<>(
            TypeInformation.of(type).createSerializer(new SerializerConfigImpl()),
            true,
            NFACompiler.compileFactory(pattern, false),
            null,
            pattern.getAfterMatchSkipStrategy(),
            matches,
            null),
        key,
        TypeInformation.of(AlertKey.class),
        SavedState.MAX_PARALLELISM,
        1,
        0);
  }

  private static RunEvent run(RunEvent.Kind kind, int seconds) {
    return new RunEvent(
        PAYMENTS, kind, TEN + seconds * 1_000L, TEN + 30_000, 2, 30_000, Span.SHORT, 2.0);
  }

  private static SequenceEvent event(AlertKey key, Step step, String id, int seconds) {
    return new SequenceEvent(key, step, id, TEN + seconds * 1_000L, 60_000, true, Span.SHORT);
  }

  private static void counter(
      KeyedBroadcastOperatorTestHarness<AlertKey, RoutedPoint, Control, AlertSignal> harness,
      AlertKey key,
      RoutedPoint.Role role,
      String series,
      double value,
      int seconds)
      throws Exception {
    long millis = TEN + seconds * 1_000L;
    harness.processElement(
        new RoutedPoint(key, role, RoutedPoint.Shape.COUNTER, series, value, millis, false, 30),
        millis);
  }

  private static void signal(
      KeyedBroadcastOperatorTestHarness<AlertPlace, AlertSignal, Control, AlertState> harness,
      AlertKey key,
      AlertSignal.Kind kind,
      int evaluation)
      throws Exception {
    harness.processElement(
        new AlertSignal(key, kind, TEN + evaluation * 30_000L, TEN + 30_000, 2.5), TEN);
  }

  private static void watermark(
      KeyedBroadcastOperatorTestHarness<?, ?, Control, ?> harness, long millis) throws Exception {
    harness.processWatermark(millis);
    harness.processBroadcastWatermark(new Watermark(millis));
  }
}
