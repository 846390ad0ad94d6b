package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.ERRORS;
import static io.weir.operators.alerts.Rules.TEN;
import static io.weir.operators.alerts.Rules.change;
import static io.weir.operators.alerts.Rules.snapshot;
import static io.weir.operators.alerts.Rules.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition.Reason;
import io.weir.model.json.AlertStateJson;
import io.weir.operators.alerts.AlertSignal.Kind;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackAlertTest {
  private static final AlertKey PAYMENTS = new AlertKey("a", 7, "{service=\"payments\"}");

  private KeyedBroadcastOperatorTestHarness<AlertPlace, AlertSignal, Control, AlertState> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        ProcessFunctionTestHarnesses.forKeyedBroadcastProcessFunction(
            new TrackAlert(),
            signal -> signal.key().place(),
            TypeInformation.of(AlertPlace.class),
            AlertStates.RULES);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void goesFromPendingToFiringToResolved() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.BREACH, 2, 1);
    signal(Kind.HELD, 2, 1);
    signal(Kind.CLEAR, 3, 1);

    assertThat(transitions())
        .containsExactly(
            tuple(AlertStatus.INACTIVE, AlertStatus.PENDING, Reason.CONDITION),
            tuple(AlertStatus.PENDING, AlertStatus.FIRING, Reason.CONDITION),
            tuple(AlertStatus.FIRING, AlertStatus.RESOLVED, Reason.CONDITION));
    AlertState resolved = last();
    assertThat(resolved.startsAtMillis()).isEqualTo(at(2));
    assertThat(resolved.endsAtMillis()).isEqualTo(at(3));
  }

  @Test
  void firesOnThroughShortPauses() throws Exception {
    rules(snapshot(update(7, keepFiring(60))));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 1, 1);
    signal(Kind.EASED, 2, 1);
    assertThat(last().status()).isEqualTo(AlertStatus.FIRING);
    signal(Kind.BREACH, 3, 3);
    signal(Kind.EASED, 4, 3);
    signal(Kind.CLEAR, 5, 3);

    assertThat(last().status()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(last().endsAtMillis()).isEqualTo(at(5));
    assertThat(transitions()).hasSize(3);
  }

  @Test
  void aRunThatIsReportedBeforeItsEvaluationsIsPendingFirst() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.HELD, 1, 1);
    signal(Kind.BREACH, 1, 1);

    assertThat(transitions())
        .extracting(transition -> transition.toList().get(1))
        .containsExactly(AlertStatus.PENDING, AlertStatus.FIRING);
  }

  @Test
  void theEndOfAnEarlierRunDoesNotEndOneThatIsReportedBeforeIt() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 2, 1);
    signal(Kind.HELD, 6, 5);
    assertThat(last().status()).isEqualTo(AlertStatus.FIRING);
    signal(Kind.CLEAR, 3, 1);
    assertThat(last().status()).isEqualTo(AlertStatus.RESOLVED);
    signal(Kind.BREACH, 5, 5);
    signal(Kind.BREACH, 6, 5);

    assertThat(last().status()).isEqualTo(AlertStatus.FIRING);
    assertThat(last().startsAtMillis()).isEqualTo(at(6));
  }

  @Test
  void aRunThatWasPendingDoesNotHoldUpALaterOneThatIsReportedBeforeItsEnd() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 6, 5);
    signal(Kind.CLEAR, 2, 1);
    signal(Kind.BREACH, 5, 5);

    assertThat(last().status()).isEqualTo(AlertStatus.FIRING);
    signal(Kind.CLEAR, 7, 5);
    assertThat(last().status()).isEqualTo(AlertStatus.RESOLVED);
  }

  @Test
  void aRunThatIsReportedAfterItsEndHasFiredAndEnded() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.BREACH, 2, 1);
    signal(Kind.CLEAR, 3, 1);
    signal(Kind.HELD, 2, 1);

    assertThat(last().status()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(last().startsAtMillis()).isEqualTo(at(2));
    assertThat(last().endsAtMillis()).isEqualTo(at(3));
  }

  @Test
  void aSignalWaitsForItsRule() throws Exception {
    harness.setProcessingTime(1_000);
    signal(Kind.BREACH, 1, 1);
    assertThat(harness.extractOutputValues()).isEmpty();

    rules(snapshot(update(7, ERRORS)));
    harness.setProcessingTime(1_300);

    assertThat(last().status()).isEqualTo(AlertStatus.PENDING);
  }

  @Test
  void aSignalOfARuleThatNeverComesIsDropped() throws Exception {
    harness.setProcessingTime(1_000);
    signal(Kind.BREACH, 1, 1);
    harness.setProcessingTime(60_000);
    assertThat(Rules.entries(harness)).as("no tick proves that it never comes").isPositive();

    rules(Control.tick(1_000 + RulePatience.MILLIS, 5_000, false));
    harness.setProcessingTime(61_000);

    assertThat(Rules.entries(harness)).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void signalsThatWaitedAreAppliedBeforeWhatComesAfterTheirRule() throws Exception {
    harness.setProcessingTime(1_000);
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 1, 1);
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.CLEAR, 2, 1);
    harness.setProcessingTime(2_000);

    assertThat(transitions())
        .extracting(transition -> transition.toList().get(1))
        .containsExactly(AlertStatus.PENDING, AlertStatus.FIRING, AlertStatus.RESOLVED);
    assertThat(last().status()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(harness.numProcessingTimeTimers()).as("to forget it").isEqualTo(1);
  }

  @Test
  void signalsThatWaitedAreAppliedInOrderOfTheirTimes() throws Exception {
    harness.setProcessingTime(1_000);
    signal(Kind.CLEAR, 3, 1);
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 2, 1);
    rules(snapshot(update(7, ERRORS)));
    harness.setProcessingTime(2_000);

    assertThat(transitions())
        .extracting(transition -> transition.toList().get(1))
        .containsExactly(AlertStatus.PENDING, AlertStatus.FIRING, AlertStatus.RESOLVED);
  }

  @Test
  void eachAlertWaitsForItsOwnTime() throws Exception {
    harness.setProcessingTime(1_000);
    signal(new AlertKey("gone", 3, "{}"), Kind.BREACH, 1, 1);
    harness.setProcessingTime(1_000 + RulePatience.MILLIS - 1);
    rules(Control.tick(1_000 + RulePatience.MILLIS - 1, 5_000, false));
    signal(Kind.BREACH, 1, 1);
    rules(Control.tick(1_000 + RulePatience.MILLIS, 5_000, false));
    harness.setProcessingTime(1_500 + RulePatience.MILLIS);
    assertThat(Rules.entries(harness)).as("the first one is gone").isEqualTo(1);

    rules(snapshot(update(7, ERRORS)));
    harness.setProcessingTime(2_000 + RulePatience.MILLIS);
    assertThat(last().status()).isEqualTo(AlertStatus.PENDING);
  }

  @Test
  void whatARuleMeantBeforeEndsBeforeWhatItMeansNowBegins() throws Exception {
    harness.setProcessingTime(1_000);
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 1, 1);
    AlertKey edited = new AlertKey("a", 8, PAYMENTS.group());
    signal(edited, Kind.BREACH, 2, 2); // its rule comes a moment later
    signal(edited, Kind.HELD, 2, 2);
    rules(change(update(8, ERRORS.replace("\"window_s\":30", "\"window_s\":60"))));
    signal(Kind.CLEAR, 3, 1); // late, of what it meant before
    signal(Kind.FORGOTTEN, 4, 1);
    harness.setProcessingTime(2_000);

    assertThat(transitions())
        .containsExactly(
            tuple(AlertStatus.INACTIVE, AlertStatus.PENDING, Reason.CONDITION),
            tuple(AlertStatus.PENDING, AlertStatus.FIRING, Reason.CONDITION),
            tuple(AlertStatus.FIRING, AlertStatus.RESOLVED, Reason.RULE_CHANGED),
            tuple(AlertStatus.INACTIVE, AlertStatus.PENDING, Reason.CONDITION),
            tuple(AlertStatus.PENDING, AlertStatus.FIRING, Reason.CONDITION));
    assertThat(last().status()).isEqualTo(AlertStatus.FIRING);
    assertThat(last().ruleVersion()).isEqualTo(8);
  }

  @Test
  void anEditOfHowLongItFiresOnDoesNotLeaveAnAlertFiringForEver() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 1, 1);
    rules(change(update(8, keepFiring(600))));
    signal(Kind.CLEAR, 2, 1); // said by who did not know the edit: there will be no other

    assertThat(last().status()).isEqualTo(AlertStatus.RESOLVED);
  }

  @Test
  void aRunThatIsReportedWhileItsAlertWouldFireOnFiresOn() throws Exception {
    rules(snapshot(update(7, keepFiring(60))));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.EASED, 2, 1);
    signal(Kind.HELD, 1, 1);
    assertThat(last().status()).isEqualTo(AlertStatus.FIRING);
    signal(Kind.CLEAR, 3, 1);

    assertThat(last().status()).isEqualTo(AlertStatus.RESOLVED);
  }

  @Test
  void alertsThatFlapDoNotGatherTimers() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    for (int i = 1; i < 400; i += 2) {
      harness.setProcessingTime(i * 30_000L);
      signal(Kind.BREACH, i, i);
      signal(Kind.CLEAR, i + 1, i);
    }

    assertThat(harness.numProcessingTimeTimers()).isLessThan(6);
  }

  @Test
  void aRunThatNeverBeganIsForgottenWithItsRule() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.HELD, 1, 1);
    rules(change(new RuleUpdate("a", 8, null)));

    assertThat(Rules.entries(harness)).isZero();
  }

  @Test
  void theEndOfARuleEndsItsAlerts() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 1, 1);
    rules(change(new RuleUpdate("a", 8, null)));

    assertThat(transitions())
        .last()
        .isEqualTo(tuple(AlertStatus.FIRING, AlertStatus.RESOLVED, Reason.RULE_DELETED));
    assertThat(harness.extractOutputValues())
        .extracting(AlertState::status)
        .endsWith(AlertStatus.RESOLVED, AlertStatus.INACTIVE);
    assertThat(Rules.entries(harness)).isZero();
  }

  @Test
  void aRuleThatIsGoneAfterARestartEndsItsAlerts() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 1, 1);
    rules(snapshot());

    assertThat(transitions())
        .last()
        .isEqualTo(tuple(AlertStatus.FIRING, AlertStatus.RESOLVED, Reason.RULE_DELETED));
  }

  @Test
  void signalsOfAnOlderMeaningAreOutdated() throws Exception {
    rules(snapshot(update(9, ERRORS)));
    signal(Kind.BREACH, 1, 1);

    assertThat(harness.extractOutputValues()).isEmpty();
  }

  @Test
  void theAlertOfASequenceEndsByTheWallClock() throws Exception {
    rules(
        snapshot(
            update(
                7,
                """
                {"id":"a","kind":"sequence","first":"x","then":"y","within_s":60,
                 "group_by":["service"],"notification_channel":"ops"}
                """)));
    harness.setProcessingTime(1_000);
    signal(Kind.OCCURRED, 1, 1);
    harness.setProcessingTime(200_000);
    signal(Kind.OCCURRED, 2, 2);
    assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
    harness.setProcessingTime(400_000);
    assertThat(last().status()).isEqualTo(AlertStatus.FIRING);

    harness.setProcessingTime(500_000);

    assertThat(transitions())
        .last()
        .isEqualTo(tuple(AlertStatus.FIRING, AlertStatus.RESOLVED, Reason.EXPIRED));
  }

  @Test
  void anAlertThatIsOverIsForgottenADayLater() throws Exception {
    rules(snapshot(update(7, ERRORS)));
    signal(Kind.BREACH, 1, 1);
    signal(Kind.HELD, 1, 1);
    signal(Kind.CLEAR, 2, 1);
    harness.setProcessingTime(Duration.ofHours(26).toMillis());

    assertThat(last().status()).isEqualTo(AlertStatus.INACTIVE);
    assertThat(Rules.entries(harness)).isZero();
  }

  @Test
  void textsAreFilledIn() throws Exception {
    rules(
        snapshot(
            update(
                7,
                ERRORS.replace(
                    "\"window_s\"",
                    "\"labels\":{\"team\":\"x\",\"service\":\"overruled\"},\"annotations\":"
                        + "{\"summary\":\"{{$labels.service}} {{ $value }} > {{ $threshold }}"
                        + " $1\\\\\"},\"window_s\""))));
    signal(Kind.BREACH, 1, 1);

    assertThat(last().annotations()).containsEntry("summary", "payments 2.500 > 1 $1\\");
    assertThat(last().labels())
        .containsEntry("team", "x")
        .containsEntry("service", "payments")
        .containsEntry("alert_id", "a")
        .containsEntry("alertname", "errors");
  }

  @Test
  void whatAnAlertSaysFitsIntoARecordWhateverItsRuleSays() throws Exception {
    StringBuilder annotations = new StringBuilder();
    for (int i = 0; i < 32; i++) {
      annotations.append(i == 0 ? "" : ",").append("\"a").append(i).append("\":\"");
      annotations.append("{{$labels.long}}".repeat(250)).append('"');
    }
    rules(
        snapshot(
            update(
                7,
                ERRORS.replace(
                    "\"window_s\"",
                    "\"labels\":{\"long\":\""
                        + "é".repeat(1024)
                        + "\"},\"annotations\":{"
                        + annotations
                        + "},\"window_s\""))));
    signal(Kind.BREACH, 1, 1);

    byte[] json = AlertStateJson.encode(last());
    assertThat(json).hasSizeLessThan(1 << 19);
    assertThat(AlertStateJson.decode(json)).isEqualTo(last());
    assertThat(last().annotations().get("a0")).hasSize(4096).endsWith("…");
  }

  private void rules(Control control) throws Exception {
    harness.processBroadcastElement(control, 0);
  }

  private void signal(Kind kind, int evaluation, int started) throws Exception {
    signal(PAYMENTS, kind, evaluation, started);
  }

  private void signal(AlertKey key, Kind kind, int evaluation, int started) throws Exception {
    harness.processElement(
        new AlertSignal(key, kind, at(evaluation), at(started), 2.5), at(evaluation));
  }

  private static long at(int evaluation) {
    return TEN + evaluation * 30_000L;
  }

  private AlertState last() {
    List<AlertState> states = harness.extractOutputValues();
    return states.get(states.size() - 1);
  }

  private List<Tuple> transitions() {
    return harness.getSideOutput(TrackAlert.HISTORY).stream()
        .map(record -> record.getValue())
        .map(t -> tuple(t.from(), t.state().status(), t.reason()))
        .toList();
  }

  private static String keepFiring(int seconds) {
    return ERRORS.replace("\"window_s\"", "\"keep_firing_for_s\":" + seconds + ",\"window_s\"");
  }
}
