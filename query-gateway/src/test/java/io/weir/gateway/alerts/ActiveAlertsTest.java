package io.weir.gateway.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActiveAlertsTest {
  private static final Instant NOW = Instant.parse("2026-03-29T10:10:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final TestingAlertStates states = new TestingAlertStates();
  private final Map<String, AlertRule> rules = new HashMap<>();
  private final ActiveAlerts active =
      new ActiveAlerts(
          states, id -> Optional.ofNullable(rules.get(id)), Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void onlyPendingAndFiringAlertsAreActive() {
    for (AlertStatus status : AlertStatus.values()) {
      said(status.name(), status, Duration.ZERO, Duration.ZERO);
    }

    assertThat(active.all())
        .extracting(AlertState::alertId)
        .containsExactlyInAnyOrder("PENDING", "FIRING");
  }

  @Test
  void anAlertThatTheJobPassedOverIsNoMore() {
    rules.put("ghost", rule("\"evaluate_every_s\":30"));
    said("ghost", AlertStatus.FIRING, MINUTE.multipliedBy(20), MINUTE.multipliedBy(20));
    said("other", AlertStatus.RESOLVED, Duration.ZERO, Duration.ZERO);

    assertThat(active.all()).isEmpty();
  }

  @Test
  void anAlertOfARuleThatIsEvaluatedRarelyIsWaitedFor() {
    rules.put("rare", rule("\"evaluate_every_s\":3600"));
    said("rare", AlertStatus.FIRING, MINUTE.multipliedBy(110), MINUTE.multipliedBy(110));
    said("other", AlertStatus.FIRING, Duration.ZERO, Duration.ZERO);

    assertThat(active.all()).hasSize(2);
  }

  @Test
  void theAlertOfASequenceIsSaidOnceAndFiresAsLongAsItsRuleSays() {
    AlertRule sequence =
        decode(
            "{\"kind\":\"sequence\",\"first\":\"a\",\"then\":\"b\",\"within_s\":60,"
                + "\"keep_firing_for_s\":3600,\"notification_channel\":\"ops\"}");
    rules.put("sequence", sequence);
    rules.put("ended", sequence);
    said("sequence", AlertStatus.FIRING, MINUTE.multipliedBy(59), MINUTE.multipliedBy(59));
    said("ended", AlertStatus.FIRING, MINUTE.multipliedBy(90), MINUTE.multipliedBy(90));
    said("other", AlertStatus.RESOLVED, Duration.ZERO, Duration.ZERO);

    assertThat(active.all()).extracting(AlertState::alertId).containsExactly("sequence");
  }

  @Test
  void anAlertOfARuleThatIsNoMoreIsShownUntilTheJobHasHadTimeToEndIt() {
    said("deleted", AlertStatus.FIRING, MINUTE.multipliedBy(2), MINUTE.multipliedBy(2));
    said("gone", AlertStatus.FIRING, MINUTE.multipliedBy(16), MINUTE.multipliedBy(16));
    said("other", AlertStatus.RESOLVED, Duration.ZERO, Duration.ZERO);

    assertThat(active.all()).extracting(AlertState::alertId).containsExactly("deleted");
  }

  @Test
  void whileTheJobStandsStillEverythingStaysAsItWas() {
    rules.put("first", rule("\"evaluate_every_s\":30"));
    said("first", AlertStatus.FIRING, MINUTE.multipliedBy(300), MINUTE.multipliedBy(300));
    said("second", AlertStatus.PENDING, MINUTE.multipliedBy(300), MINUTE.multipliedBy(300));

    assertThat(active.all()).hasSize(2);
  }

  @Test
  void aJobThatWasTakenBackToASavepointHidesNothing() {
    rules.put("again", rule("\"evaluate_every_s\":30"));
    said("again", AlertStatus.FIRING, MINUTE.multipliedBy(60), Duration.ZERO);
    said("notYet", AlertStatus.RESOLVED, Duration.ZERO, MINUTE.multipliedBy(5));

    assertThat(active.all()).extracting(AlertState::alertId).containsExactly("again");
  }

  @Test
  void aJobThatIsLateHidesNothing() {
    rules.put("slow", rule("\"evaluate_every_s\":30"));
    said("slow", AlertStatus.FIRING, Duration.ofSeconds(30), MINUTE.multipliedBy(30));
    said("other", AlertStatus.RESOLVED, Duration.ZERO, Duration.ZERO);

    assertThat(active.all()).extracting(AlertState::alertId).containsExactly("slow");
  }

  @Test
  void whatNobodyHasSpokenOfForADayIsNoMore() {
    rules.put("alone", rule("\"evaluate_every_s\":30"));
    said("alone", AlertStatus.FIRING, Duration.ofHours(25), Duration.ofHours(25));

    assertThat(active.all()).isEmpty();
  }

  private void said(
      String id, AlertStatus status, Duration evaluatedBefore, Duration writtenBefore) {
    states.add(
        new AlertState(
            id,
            7,
            Map.of(),
            status,
            0.5,
            1,
            1L,
            null,
            NOW.minus(evaluatedBefore).toEpochMilli(),
            Severity.CRITICAL,
            Map.of("alertname", id),
            Map.of()),
        NOW.minus(writtenBefore).toEpochMilli());
  }

  private static AlertRule rule(String member) {
    return decode(
        "{\"metric\":\"m\",\"condition\":\">\",\"threshold\":1,\"duration_s\":60,"
            + member
            + ",\"notification_channel\":\"ops\"}");
  }

  private static AlertRule decode(String json) {
    return AlertRuleJson.decode(json.getBytes(StandardCharsets.UTF_8), UnknownMembers.REJECT);
  }
}
