package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.ERRORS;
import static io.weir.operators.alerts.Rules.TEN;
import static io.weir.operators.alerts.Rules.change;
import static io.weir.operators.alerts.Rules.point;
import static io.weir.operators.alerts.Rules.snapshot;
import static io.weir.operators.alerts.Rules.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.weir.operators.alerts.AlertSignal.Kind;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EvaluateRuleTest {
  private static final int MAX_GROUPS = 3;
  private static final AlertKey PAYMENTS = new AlertKey("a", 7, "{service=\"payments\"}");

  private KeyedBroadcastOperatorTestHarness<AlertKey, RoutedPoint, Control, AlertSignal> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        ProcessFunctionTestHarnesses.forKeyedBroadcastProcessFunction(
            new EvaluateRule(Duration.ofSeconds(10), MAX_GROUPS),
            RoutedPoint::key,
            TypeInformation.of(AlertKey.class),
            AlertStates.RULES);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void saysNothingWhileNothingBreaches() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    points(0.5, TEN + 1_000);
    watermark(TEN + 30_000);

    assertThat(signals()).isEmpty();
    assertThat(runs()).isEmpty();
  }

  @Test
  void tellsOfBreachesAndOfTheirEnd() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    points(2, TEN + 1_000);
    points(3, TEN + 31_000);
    points(0, TEN + 61_000);
    points(0, TEN + 91_000);
    watermark(TEN + 120_000);

    assertThat(signals())
        .extracting(AlertSignal::kind, AlertSignal::timeMillis, AlertSignal::value)
        .containsExactly(
            tuple(Kind.BREACH, TEN + 30_000, 2.0),
            tuple(Kind.BREACH, TEN + 60_000, 3.0),
            tuple(Kind.CLEAR, TEN + 90_000, 0.0));
    assertThat(runs())
        .extracting(RunEvent::kind)
        .containsExactly(
            RunEvent.Kind.STARTED,
            RunEvent.Kind.BREACH,
            RunEvent.Kind.BREACH,
            RunEvent.Kind.CLEARED);
    assertThat(runs().get(2).completes(runs().get(0))).isTrue();
    assertThat(runs().get(1).completes(runs().get(0))).isFalse();
  }

  @Test
  void goesOnTellingUntilTheAlertMayEnd() throws Exception {
    rules(snapshot(update(7, with("\"keep_firing_for_s\":60"))));
    points(2, TEN + 1_000);
    for (int i = 1; i < 6; i++) {
      points(0, TEN + i * 30_000 + 1_000);
    }
    watermark(TEN + 180_000);

    assertThat(signals())
        .extracting(AlertSignal::kind)
        .containsExactly(Kind.BREACH, Kind.EASED, Kind.CLEAR);
  }

  @Test
  void noDataMeansWhatTheRuleSays() throws Exception {
    for (String policy : List.of("ok", "alert", "keep")) {
      close();
      open();
      rules(snapshot(update(7, with("\"no_data\":\"" + policy + "\""))));
      points(2, TEN + 1_000);
      watermark(TEN + 90_000);

      Kind second = policy.equals("ok") ? Kind.CLEAR : Kind.BREACH;
      assertThat(signals()).extracting(AlertSignal::kind).startsWith(Kind.BREACH, second);
      assertThat(signals().get(1).value()).isNull();
    }
  }

  @Test
  void pointsAfterTheirLastEvaluationAreLate() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    points(0, TEN + 31_000);
    watermark(TEN + 60_000);
    points(5, TEN + 60_000);
    points(5, TEN + 60_001);

    assertThat(harness.getSideOutput(EvaluateRule.LATE)).hasSize(1);
  }

  @Test
  void aGroupWithoutDataIsDroppedAndAppearsAgain() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    points(0, TEN + 1_000);
    watermark(TEN + 300_000);
    assertThat(Rules.entries(harness)).isZero();

    points(2, TEN + 301_000);
    watermark(TEN + 330_000);
    assertThat(signals()).extracting(AlertSignal::kind).containsExactly(Kind.BREACH);
  }

  @Test
  void aPointThatComesBeforeItsRuleIsEvaluatedWhenTheRuleIsThere() throws Exception {
    points(2, TEN + 1_000);
    watermark(TEN + 30_000);
    assertThat(signals()).isEmpty();

    rules(snapshot(update(7, ERRORS)));
    harness.setProcessingTime(RulePatience.LOOK_MILLIS);
    assertThat(signals()).extracting(AlertSignal::kind).containsExactly(Kind.BREACH);
    points(2, TEN + 31_000);
    watermark(TEN + 60_000);
    assertThat(signals()).hasSize(2);
  }

  @Test
  void aGroupWaitsForItsRuleHoweverFarEventTimeGoesOn() throws Exception {
    points(2, TEN + 1_000);
    for (int i = 0; i < 100; i++) {
      watermark(TEN + 30_000 + i * 1_000);
    }
    harness.setProcessingTime(10_000);
    assertThat(Rules.entries(harness)).as("it is still there").isPositive();

    rules(snapshot(update(7, with("\"no_data\":\"alert\""))));
    harness.setProcessingTime(10_000 + RulePatience.LOOK_MILLIS);

    assertThat(signals())
        .extracting(AlertSignal::kind, AlertSignal::timeMillis)
        .startsWith(tuple(Kind.BREACH, TEN + 30_000), tuple(Kind.BREACH, TEN + 60_000));
  }

  @Test
  void aGroupThatWasAnnouncedBeforeItsRuleIsFoundMissing() throws Exception {
    AlertKey alone = new AlertKey("s", 7, "{}");
    harness.processElement(
        new RoutedPoint(
            alone, RoutedPoint.Role.ANNOUNCEMENT, RoutedPoint.Shape.PLAIN, "", 0, 0, false, 30),
        TEN);
    watermark(TEN);
    for (int i = 1; i <= 50; i++) {
      watermark(TEN + i);
    }
    watermark(TEN + 60_000);
    rules(
        snapshot(
            update(
                7,
                """
                {"id":"s","kind":"absence","metric":"beat","duration_s":60,
                 "notification_channel":"ops"}
                """)));
    harness.setProcessingTime(RulePatience.LOOK_MILLIS);
    watermark(TEN + 300_000);

    assertThat(signals()).extracting(AlertSignal::kind).contains(Kind.BREACH);
  }

  @Test
  void aGroupWhoseRuleIsGoneEndsWhenLaterTicksHaveCome() throws Exception {
    harness.setProcessingTime(TEN);
    points(2, TEN + 1_000);
    watermark(TEN + 30_000);
    rules(Control.tick(TEN + RulePatience.MILLIS - 1, 5_000, false));
    harness.setProcessingTime(TEN + 100_000);
    assertThat(Rules.entries(harness)).as("no tick proves that the rule is gone").isPositive();

    rules(Control.tick(TEN + RulePatience.MILLIS, 5_000, false));
    harness.setProcessingTime(TEN + 101_000);

    assertThat(Rules.entries(harness)).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void aGroupWhoseRuleIsGoneEndsInSilenceToo() throws Exception {
    harness.setProcessingTime(TEN);
    points(2, TEN + 1_000);
    watermark(TEN + 2_000);
    for (int i = 1; i <= 20; i++) {
      rules(Control.tick(TEN + i * 5_000, 5_000, true));
    }

    assertThat(Rules.entries(harness)).isZero();
  }

  @Test
  void aRuleThatIsDeletedOrMeansSomethingElseEndsItsGroups() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    points(2, TEN + 1_000);
    watermark(TEN + 30_000);

    rules(change(update(8, ERRORS.replace("\"window_s\":30", "\"window_s\":60"))));

    assertThat(Rules.entries(harness)).isZero();
    assertThat(runs()).last().extracting(RunEvent::kind).isEqualTo(RunEvent.Kind.CLEARED);
    points(2, TEN + 40_000);
    assertThat(Rules.entries(harness)).as("of the old meaning").isZero();
  }

  @Test
  void anEditThatAsksForALongerRunMovesTheRun() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    points(2, TEN + 1_000);
    watermark(TEN + 30_000);
    rules(change(update(8, ERRORS.replace("\"duration_s\":60", "\"duration_s\":7200"))));
    points(2, TEN + 31_000);
    watermark(TEN + 60_000);

    assertThat(runs())
        .extracting(RunEvent::kind, RunEvent::span)
        .endsWith(
            tuple(RunEvent.Kind.CLEARED, Span.SHORT),
            tuple(RunEvent.Kind.STARTED, Span.LONG),
            tuple(RunEvent.Kind.BREACH, Span.LONG));
    assertThat(runs().get(3).startedMillis()).isEqualTo(TEN + 30_000);
  }

  @Test
  void silenceIsNoticedWhenNobodyWritesPoints() throws Exception {
    rules(
        snapshot(
            update(
                7,
                """
                {"id":"a","kind":"absence","metric":"beat","duration_s":60,
                 "group_by":["service"],"notification_channel":"ops"}
                """)));
    points(1, TEN + 1_000);
    watermark(TEN + 20_000);
    for (int i = 1; i <= 15; i++) {
      rules(Control.tick(TEN + i * 5_000, 5_000, true));
    }

    assertThat(signals()).extracting(AlertSignal::kind).containsExactly(Kind.BREACH);
    assertThat(signals().get(0).timeMillis()).isEqualTo(TEN + 90_000);
    points(1, TEN + 100_000);
    watermark(TEN + 120_000);
    assertThat(signals()).extracting(AlertSignal::kind).endsWith(Kind.CLEAR);
  }

  @Test
  void aGroupThatIsGoneForADayIsForgotten() throws Exception {
    rules(
        snapshot(
            update(
                7,
                """
                {"id":"a","kind":"absence","metric":"beat","duration_s":60,"evaluate_every_s":3600,
                 "group_by":["service"],"notification_channel":"ops"}
                """)));
    points(1, TEN + 1_000);
    watermark(TEN + Duration.ofHours(26).toMillis());

    assertThat(signals()).last().extracting(AlertSignal::kind).isEqualTo(Kind.FORGOTTEN);
    assertThat(Rules.entries(harness)).isZero();
  }

  @Test
  void evaluationsGoOnAfterARestart() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    points(2, TEN + 1_000);
    watermark(TEN + 30_000);
    var state = harness.snapshot(1, 1);
    close();
    open(state);

    points(2, TEN + 31_000);
    watermark(TEN + 60_000);

    assertThat(runs()).extracting(RunEvent::kind).containsExactly(RunEvent.Kind.BREACH);
    assertThat(runs().get(0).startedMillis()).isEqualTo(TEN + 30_000);
  }

  @Test
  void aRuleHasAsManyGroupsAsItMayAndOthersWaitUntilSomeAreGone() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    for (int i = 0; i < MAX_GROUPS + 2; i++) {
      harness.processElement(point(group(i), 2, TEN + 1_000), TEN + 1_000);
    }
    watermark(TEN + 30_000);
    assertThat(signals())
        .extracting(signal -> signal.key().group())
        .containsExactlyInAnyOrder(group(0).group(), group(1).group(), group(2).group());

    watermark(TEN + 600_000); // by then all of them are silent, and gone
    int before = signals().size();
    harness.processElement(point(group(4), 2, TEN + 601_000), TEN + 601_000);
    watermark(TEN + 630_000);
    assertThat(signals().subList(before, signals().size()))
        .extracting(signal -> signal.key().group())
        .containsExactly(group(4).group());
  }

  @Test
  void groupsOfARestoredStateCountToo() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    for (int i = 0; i < MAX_GROUPS; i++) {
      harness.processElement(point(group(i), 2, TEN + 1_000), TEN + 1_000);
    }
    var state = harness.snapshot(1, 1);
    close();
    open(state);
    harness.processElement(point(group(0), 2, TEN + 2_000), TEN + 2_000);
    rules(snapshot(update(7, ERRORS)));
    harness.processElement(point(group(MAX_GROUPS), 2, TEN + 2_000), TEN + 2_000);
    watermark(TEN + 30_000);

    assertThat(signals())
        .extracting(signal -> signal.key().group())
        .containsExactlyInAnyOrder(group(0).group(), group(1).group(), group(2).group());
  }

  @Test
  void aCounterOfMatchesThatBeginsAgainAtZeroTellsOfItsFirstMatch() throws Exception {
    rules(snapshot(update(7, matches(0))));
    counter(0, TEN + 1_000);
    counter(1, TEN + 2_000);
    long later = TEN + Duration.ofHours(7).toMillis();
    watermark(later);
    counter(0, later + 1_000);
    counter(1, later + 2_000);
    watermark(later + 30_000);

    assertThat(signals())
        .filteredOn(signal -> signal.kind() == Kind.BREACH)
        .extracting(AlertSignal::timeMillis, AlertSignal::value)
        .containsExactly(tuple(TEN + 30_000, 1.0), tuple(later + 30_000, 1.0));
  }

  @Test
  void anEventOfACounterThatBeginsAgainAtZeroIsSeen() throws Exception {
    rules(
        snapshot(
            update(
                7,
                """
                {"id":"a","kind":"absence","query":"done","duration_s":28800,
                 "evaluate_every_s":3600,"group_by":["service"],"notification_channel":"ops"}
                """)));
    counter(0, TEN + 1_000);
    counter(1, TEN + 2_000);
    long later = TEN + Duration.ofHours(7).toMillis();
    watermark(later);
    counter(0, later + 1_000);
    counter(1, later + 2_000);
    watermark(later + Duration.ofHours(7).toMillis());
    assertThat(signals()).isEmpty();

    watermark(later + Duration.ofHours(9).toMillis());
    assertThat(signals()).extracting(AlertSignal::kind).contains(Kind.BREACH);
  }

  @Test
  void valuesOfACounterThatComeTooLateAreNotCountedInALaterWindow() throws Exception {
    rules(snapshot(update(7, matches(30))));
    counter(0, TEN + 1_000);
    counter(10, TEN + 29_000);
    watermark(TEN + 300_000);
    for (int i = 2; i < 10; i++) {
      counter(i * 10, TEN + i * 30_000 - 1_000);
    }
    assertThat(harness.getSideOutput(EvaluateRule.LATE)).hasSize(8);
    counter(110, TEN + 329_000);
    watermark(TEN + 330_000);
    assertThat(signals()).as("the growth of two windows, 20").isEmpty();

    counter(141, TEN + 359_000);
    watermark(TEN + 360_000);
    assertThat(signals()).extracting(AlertSignal::value).containsExactly(31.0);
  }

  private static String matches(int threshold) {
    return """
    {"id":"a","kind":"log_match","query":"x","threshold":%d,"window_s":30,
     "group_by":["service"],"notification_channel":"ops"}
    """
        .formatted(threshold);
  }

  private void counter(double value, long millis) throws Exception {
    harness.processElement(
        new RoutedPoint(
            PAYMENTS,
            RoutedPoint.Role.VALUE,
            RoutedPoint.Shape.COUNTER,
            "x{producer=\"logs-0\"}",
            value,
            millis,
            false,
            30),
        millis);
  }

  private static AlertKey group(int number) {
    return new AlertKey("a", 7, "{service=\"s" + number + "\"}");
  }

  private void open(org.apache.flink.runtime.checkpoint.OperatorSubtaskState state)
      throws Exception {
    harness =
        new KeyedBroadcastOperatorTestHarness<>(
            new org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator<>(
                new EvaluateRule(Duration.ofSeconds(10), MAX_GROUPS), List.of(AlertStates.RULES)),
            RoutedPoint::key,
            TypeInformation.of(AlertKey.class),
            1,
            1,
            0);
    harness.initializeState(state);
    harness.open();
  }

  private void rules(Control control) throws Exception {
    harness.processBroadcastElement(control, 0);
  }

  private void points(double value, long millis) throws Exception {
    harness.processElement(point(PAYMENTS, value, millis), millis);
  }

  private void watermark(long millis) throws Exception {
    harness.processWatermark(millis);
    harness.processBroadcastWatermark(
        new org.apache.flink.streaming.api.watermark.Watermark(millis));
  }

  private List<AlertSignal> signals() {
    return harness.extractOutputValues();
  }

  private List<RunEvent> runs() {
    var runs = harness.getSideOutput(EvaluateRule.RUNS);
    return runs == null ? List.of() : runs.stream().map(record -> record.getValue()).toList();
  }

  private static String with(String member) {
    return ERRORS.replace("\"window_s\"", member + ",\"window_s\"");
  }
}
