package io.weir.sinks.notification;

import static io.weir.sinks.notification.Alerts.firing;
import static io.weir.sinks.notification.Alerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatestAlertsTest {
  private final LatestAlerts latest =
      new LatestAlerts(NotificationSettings.repeating(Duration.ofMinutes(1)));

  @Test
  void onlyTheLatestStateIsTold() {
    latest.put(firing("a"), 0);
    latest.put(resolved("a"), 1);

    assertThat(latest.due(1)).containsExactly(resolved("a"));
  }

  @Test
  void aFiringAlertIsToldAgainAndAgain() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    assertThat(latest.due(59_999)).isEmpty();
    assertThat(latest.due(60_000)).hasSize(1);
  }

  @Test
  void aNewValueWaitsForTheNextRepetition() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    latest.put(firing("a", 7, Map.of("alertname", "a")), 1);

    assertThat(latest.due(1)).isEmpty();
    assertThat(latest.due(60_000)).extracting(AlertState::value).containsExactly(7.0);
  }

  @Test
  void aResolvedAlertIsForgottenWhenItIsKnown() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    latest.put(resolved("a"), 1);
    assertThat(latest.unknown()).isEqualTo(1);
    latest.told(latest.due(1));

    assertThat(latest.size()).isZero();
  }

  @Test
  void whatCouldNotBeToldStaysDue() {
    latest.put(firing("a"), 0);
    List<AlertState> first = latest.due(0);
    latest.notTold(first);
    assertThat(latest.due(1)).isEqualTo(first);

    latest.told(latest.due(1));
    latest.notTold(latest.due(60_001));
    assertThat(latest.due(60_002)).as("a repetition").isEqualTo(first);
  }

  @Test
  void whatChangedOnTheWayIsDueAgain() {
    latest.put(firing("a"), 0);
    List<AlertState> first = latest.due(0);
    latest.put(resolved("a"), 1);
    latest.told(first);

    assertThat(latest.due(2)).containsExactly(resolved("a"));
  }

  @Test
  void anAlertWhoseLabelsChangeEndsUnderTheOldOnes() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    AlertState renamed = firing("a", 2.5, Map.of("alertname", "b"));
    latest.put(renamed, 1);

    assertThat(latest.due(1))
        .extracting(AlertState::status, state -> state.labels().get("alertname"))
        .containsExactlyInAnyOrder(
            tuple(AlertStatus.RESOLVED, "a"), tuple(AlertStatus.FIRING, "b"));
  }

  @Test
  void batchesAreBoundedAndNobodyIsLeftOut() {
    LatestAlerts two = new LatestAlerts(NotificationSettings.once(2));
    for (String id : List.of("a", "b", "c")) {
      two.put(firing(id), 0);
    }
    List<AlertState> first = two.due(0);
    two.told(first);

    assertThat(first).hasSize(2);
    assertThat(two.due(0)).containsExactly(firing("c"));
  }

  @Test
  void aResolvedAlertThatNobodyFetchesIsGivenUpAfterADay() {
    latest.put(resolved("a"), 0);

    assertThat(latest.due(Duration.ofHours(24).toMillis() + 1)).isEmpty();
    assertThat(latest.size()).isZero();
  }
}
